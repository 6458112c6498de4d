using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// Asks strategies about one mutant after the other, in one process as long as each can be an update of the one before and the
/// process lives: what has been compiled of everything else then serves them all.
/// </summary>
public sealed class StrategySeries(MutantCompiler compiler, MutantProgram program) : IDisposable
{
    /// <summary>How many mutants a process gets, which holds on to what the runtime has made of each.</summary>
    private const int MostMutants = 60;

    private ProbeProcess? process;
    private UpdateChain? chain;
    private int count;

    /// <summary>Ends the process.</summary>
    public void Dispose() => process?.Dispose();

    /// <summary>Asks about the reference without a defect, in a process of its own.</summary>
    public IReadOnlyList<ProbeAnswer> AskHealthy(IEnumerable<ProbeRequest> requests)
    {
        Restart(compiler.Healthy.Assembly);
        return [.. requests.Select(request => process!.Ask(request) ?? throw new InvalidOperationException($"expected the healthy reference to run, {process.DescribeEnd()}"))];
    }

    /// <summary>Asks about a mutant.</summary>
    /// <param name="mutant">Which.</param>
    /// <param name="image">The reference with it.</param>
    /// <param name="strategies">The requests of each strategy; the first that fails is its last.</param>
    /// <returns>The answers to the requests of each strategy.</returns>
    public IReadOnlyList<IReadOnlyList<ProbeAnswer>> Ask(Mutant mutant, MutantImage image, IReadOnlyList<IReadOnlyList<ProbeRequest>> strategies)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(strategies);
        var update = process is null || ++count > MostMutants ? null : chain?.Next(mutant);
        bool isAlone = update is null;
        var answers = AskAll(mutant, image, update, strategies);

        // What ran when the process began, such as the making of what is shared, runs no second time in it: such a mutant needs its own.
        return !isAlone && image.ChangedMethods() is { } changed && !answers.Any(some => some.Any(answer => answer.Compiled.Intersect(changed).Any()))
            ? AskAll(mutant, image, null, strategies)
            : answers;
    }

    private List<IReadOnlyList<ProbeAnswer>> AskAll(Mutant mutant, MutantImage image, MethodUpdate? update, IReadOnlyList<IReadOnlyList<ProbeRequest>> strategies)
    {
        var answers = new List<IReadOnlyList<ProbeAnswer>>();
        bool isIn = false;
        foreach (var requests in strategies)
        {
            var own = new List<ProbeAnswer>();
            foreach (var request in requests)
            {
                if (!isIn && update is null)
                {
                    update = Begin(mutant, image);
                }

                var answer = process!.Ask(isIn ? request : request with { Update = update });
                isIn = answer is not null;
                if (answer is null)
                {
                    answer = new ProbeAnswer(0, 0, StrategyVerdict.NoEnd, process.DescribeEnd(), image.ChangedMethods() ?? []);
                    update = null;
                }

                own.Add(answer);
                if (answer.Rule is not null)
                {
                    break;
                }
            }

            answers.Add(own);
        }

        if (!isIn)
        {
            Stop();
        }

        return answers;
    }

    /// <summary>Starts a process for a mutant alone.</summary>
    /// <returns>What makes it the mutant; null when it is from the beginning.</returns>
    private MethodUpdate? Begin(Mutant mutant, MutantImage image)
    {
        Restart(image.Assembly);
        chain = image.Change is null ? null : compiler.Chain();
        return chain?.Next(mutant);
    }

    private void Restart(byte[] assembly)
    {
        Stop();
        process = program.Probe(assembly);
        count = 1;
    }

    private void Stop()
    {
        process?.Dispose();
        process = null;
        chain = null;
    }
}
