using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;
using Conformance.Tests.Fuzz.Store.Specification;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>Runs a script on the engine and on the specification, side by side.</summary>
internal sealed class ScriptRun
{
    private const int Guests = 3;

    private readonly ScriptHost _host = new();
    private readonly StoreEngine _engine;
    private readonly SpecStore _specification;
    private readonly ChildLists _lists = new();
    private readonly ScriptClient?[] _clients = new ScriptClient?[2 + Guests];
    private uint _requestId;

    private ScriptRun()
    {
        // Waiting for a protected transaction is left out: XS-126 is about time, which a script does not have.
        _engine = new StoreEngine(new StoreSettings { ConflictsBeforeProtection = int.MaxValue }, _host);
        _specification = new SpecStore(_host.Query);
        _clients[0] = Connect();
        _clients[1] = Connect();
    }

    /// <summary>The first difference, or null.</summary>
    public static string? Run(Script script)
    {
        var run = new ScriptRun();
        run.Limit(script.Setup);
        int step = -script.Prelude().Count();
        foreach (var command in script.Prelude().Concat(script.Commands))
        {
            step++;
            if (run.Step(command) is { } wrong)
            {
                return string.Create(CultureInfo.InvariantCulture, $"step {step}, {command}: {wrong}");
            }
        }

        return run.CompareAll() ?? run.CompareTrees();
    }

    private ScriptClient Connect() => new(_engine.Connect(), _specification.Connect(), _lists);

    private void Limit(Setup setup)
    {
        _specification.NodesMaximum = setup.Nodes;
        _specification.WatchesMaximum = setup.Watches;
        _specification.TransactionsMaximum = setup.Transactions;
        _specification.NodeSizeMaximum = setup.NodeSize;
        foreach (var (name, value) in new[] { ("nodes", setup.Nodes), ("watches", setup.Watches), ("transactions", setup.Transactions), ("node-size", setup.NodeSize) })
        {
            Send(_clients[0]!, XsMessageType.SetQuota, 0, $"{name}\0{value}\0", onlyEngine: true);
        }

        var control = _clients[0]!.Engine;
        control.ConsumeOutput(control.PeekOutput().Length);
    }

    private string? Step(Command command)
    {
        string? wrong = null;
        switch (command.Kind)
        {
            case CommandKind.Ask when _clients[command.Who] is { } client:
                Send(client, command.Type, Number(client, command.Transaction), command.Payload);
                break;
            case CommandKind.Read:
                wrong = _clients[command.Who]?.Compare();
                break;
            case CommandKind.Reset when command.Who > 0:
                Reset(command.Who);
                break;
            case CommandKind.Abandon when _clients[command.Who] is { } client:
                _engine.Abandon(client.Engine);
                _specification.Abandon(client.Specification);
                break;
            case CommandKind.Start:
                _host.Start(command.Who);
                break;
            case CommandKind.Shutdown or CommandKind.Continue:
                _host.Set(command.Who, command.Kind == CommandKind.Shutdown ? DomainLife.Shutdown : DomainLife.Running);
                break;
            case CommandKind.End:
                _host.End(command.Who);
                break;
            case CommandKind.Notice:
                _engine.DomainsChanged();
                _specification.DomainsChanged();
                break;
        }

        return wrong ?? FindGuests() ?? _engine.CheckInvariants();
    }

    private void Send(ScriptClient client, XsMessageType type, uint transaction, string payload, bool onlyEngine = false)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload);
        _engine.Process(client.Engine, new XsHeader(type, ++_requestId, transaction, (uint)bytes.Length), bytes);
        if (!onlyEngine)
        {
            _specification.Process(client.Specification, type, _requestId, transaction, payload);
        }
    }

    private static uint Number(ScriptClient client, int place)
    {
        uint[] open = [.. client.Specification.Transactions.Keys.Order()];
        return place == 9 ? 999 : place == 0 || open.Length == 0 ? 0 : open[(place - 1) % open.Length];
    }

    private void Reset(int who)
    {
        if (who == 1)
        {
            _engine.Close(_clients[1]!.Engine);
            _specification.End(_clients[1]!.Specification);
            _clients[1] = Connect();
        }
        else if (_clients[who] is { Engine.IsServed: true } client)
        {
            _engine.Reset(client.Engine);
            _specification.Forget(client.Specification);
        }
    }

    /// <summary>Takes up the connections of guests that were introduced. One that is dead stays until then, to be asked still.</summary>
    private string? FindGuests()
    {
        for (int domain = 1; domain <= Guests; domain++)
        {
            var guest = _engine.FindGuest(new DomainId((ushort)domain));
            var expected = _specification.Domain(domain)?.Guest;
            if (guest is null != expected is null)
            {
                return $"domain {domain} is{(guest is null ? " not" : "")} served, and should{(expected is null ? " not" : "")} be";
            }

            if (guest is not null && _clients[domain + 1]?.Engine != guest)
            {
                _clients[domain + 1] = new ScriptClient(guest, expected!, _lists);
            }
        }

        return null;
    }

    private string? CompareAll() => _clients.Select(client => client?.Compare()).FirstOrDefault(wrong => wrong is not null);

    private string? CompareTrees()
    {
        var reader = Connect();
        foreach (string path in _specification.Tree.Paths.ToArray())
        {
            Send(reader, XsMessageType.Read, 0, path + "\0");
            Send(reader, XsMessageType.GetPerms, 0, path + "\0");
            Send(reader, XsMessageType.Directory, 0, path + "\0");
        }

        return reader.Compare() is { } wrong ? $"at the end: {wrong}" : null;
    }
}
