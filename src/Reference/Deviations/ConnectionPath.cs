using System.Globalization;
using Conformance.Model.Trace;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Deviations;

/// <summary>
/// The way of one participant through a connection, step by step. A driver takes each phase through its path, which
/// writes it to the trace and looks whether the plan leaves the path there. A step here is a phase of the driver, such
/// as mapping one ring page; it may consist of several steps on shared things.
/// </summary>
public sealed class ConnectionPath
{
    private readonly IDomain _domain;
    private readonly string _actor;
    private readonly DeviationPlan _plan;
    private readonly Func<ValueTask> _die;
    private readonly Dictionary<string, int> _taken = [];

    /// <summary>Makes a path.</summary>
    /// <param name="domain">Whose.</param>
    /// <param name="actor">The name in the trace, such as <c>dom1/blkfront 51712</c>.</param>
    /// <param name="plan">Where to leave it.</param>
    /// <param name="die">Ends the whole domain; null where a plan never wants that.</param>
    public ConnectionPath(IDomain domain, string actor, DeviationPlan plan, Func<ValueTask>? die = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(plan);
        _domain = domain;
        _actor = actor;
        _plan = plan;
        _die = die ?? (() => domain.Fibers.HaltAsync());
    }

    /// <summary>How often the front passed its publication (F8), as this end counts it.</summary>
    public int Generation { get; set; }

    /// <summary>Takes a step.</summary>
    /// <param name="step">Its code, such as <c>F7</c>.</param>
    /// <param name="subject">What it is about, for the trace.</param>
    /// <param name="body">Does it.</param>
    /// <exception cref="DeviceFailure">The step failed, or the plan says so.</exception>
    public async ValueTask TakeAsync(string step, string subject, Func<ValueTask> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var deviation = Next(step);
        switch (deviation?.Kind)
        {
            case DeviationKind.Skip:
                Record(step, subject, "skipped");
                return;
            case DeviationKind.Fail:
                Record(step, subject, deviation.Error.ToString());
                throw new DeviceFailure(deviation.Error, $"step {step} fails by plan");
            case DeviationKind.Delay:
                await _domain.Fibers.DelayAsync(deviation.Time);
                break;
            case DeviationKind.Die:
                Record(step, subject, StepResult.Dies);
                await _die();
                await _domain.Fibers.HaltAsync();
                break;
            case DeviationKind.Repeat:
                await RunAsync(step, subject, body);
                break;
        }

        await RunAsync(step, subject, body);
    }

    /// <summary>Takes the <paramref name="index"/>-th of several like steps; its code is <c>F5.0</c> and so on.</summary>
    public ValueTask TakeAsync(string step, int index, string subject, Func<ValueTask> body) =>
        TakeAsync(string.Create(CultureInfo.InvariantCulture, $"{step}.{index}"), subject, body);

    /// <summary>Writes something to the trace that is no step of the path.</summary>
    public void Record(string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
        _domain.Trace?.Record(_actor, Generation, step, subject, result, arguments);

    private async ValueTask RunAsync(string step, string subject, Func<ValueTask> body)
    {
        try
        {
            await body();
        }
        catch (DeviceFailure failure)
        {
            Record(step, subject, failure.Error.ToString(), new KeyValuePair<string, string>("why", failure.Message));
            throw;
        }
        catch (StoreException refusal)
        {
            Record(step, subject, refusal.Error.ToString(), new KeyValuePair<string, string>("why", refusal.Message));
            throw;
        }

        Record(step, subject, "OK");
    }

    private Deviation? Next(string step)
    {
        if (_plan.Deviations.Count == 0)
        {
            return null;
        }

        int time = _taken[step] = _taken.GetValueOrDefault(step) + 1;
        foreach (var deviation in _plan.Deviations)
        {
            if (deviation.Step == step && (deviation.Occurrence == 0 || deviation.Occurrence == time))
            {
                return deviation;
            }
        }

        return null;
    }
}
