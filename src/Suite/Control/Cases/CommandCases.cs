using Conformance.Model.Protocol.Control;
using Conformance.Reference.Control;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Control.Cases;

/// <summary>Commands to end, as the tool stack gives them and a guest obeys.</summary>
public static class CommandCases
{
    /// <summary>Each command to end is acknowledged and obeyed, with the reason that it asks for.</summary>
    [Case("CT-001", "CT-003", "CT-015", Guards = "Z-031")]
    public static async Task EachCommandToEndIsObeyed(ControlContext c)
    {
        foreach (var (word, reason) in ((string, ShutdownReason)[])[("poweroff", ShutdownReason.PowerOff), ("halt", ShutdownReason.PowerOff), ("reboot", ShutdownReason.Reboot), ("crash", ShutdownReason.Crash)])
        {
            var guest = await c.CreateDomainAsync();
            await c.StartControlIn(guest);
            string node = $"/local/domain/{guest.Id}/{ControlNodes.Shutdown}";
            await c.WriteAsync(node, word);
            await c.SettleAsync();
            c.Expect("CT-003", await c.ReadAsync(node) == string.Empty, $"{word} acknowledged by an empty node", $"'{await c.ReadAsync(node)}'");
            c.Expect("CT-015", await c.World.FindShutdownAsync(guest) == reason, $"{word} to end the domain with {reason}", $"{await c.World.FindShutdownAsync(guest)}");
        }
    }

    /// <summary>A node that is empty, absent, or absent and made again, asks for nothing; a command after that is obeyed.</summary>
    [Case("CT-002", "CT-001")]
    public static async Task NodeThatSaysNothingAsksForNothing(ControlContext c)
    {
        await c.Store.RemoveAsync(c.ShutdownNode);
        await c.StartControlAsync();
        await c.SettleAsync();
        await c.WriteAsync(c.ShutdownNode, string.Empty);
        await c.SettleAsync();
        c.Expect("CT-002", await c.World.FindShutdownAsync(c.Guest) is null, "a guest that runs", "it ended");
        await c.Store.RemoveAsync(c.ShutdownNode);
        await c.SettleAsync();
        c.Expect("CT-002", await c.World.FindShutdownAsync(c.Guest) is null, "a guest that runs", "it ended");
    }

    /// <summary>A word that is no command is left where it is, and the next command is obeyed.</summary>
    [Case("CT-005", "CT-003")]
    public static async Task UnknownCommandIsLeftWhereItIs(ControlContext c)
    {
        await c.StartControlAsync();
        foreach (string word in (string[])["explode", "POWEROFF", "poweroff now", "suspendx", " "])
        {
            await c.WriteAsync(c.ShutdownNode, word);
            await c.SettleAsync();
            c.Expect("CT-005", await c.ReadAsync(c.ShutdownNode) == word, $"'{word}' not acknowledged", $"'{await c.ReadAsync(c.ShutdownNode)}'");
            c.Expect("CT-005", await c.World.FindShutdownAsync(c.Guest) is null, "a guest that runs", "it ended");
        }

        c.Expect("CT-003", await c.Commands.AskAsync(c.Guest, ShutdownCommand.PowerOff), "a real command acknowledged", "it is not");
        c.Expect("CT-001", await c.Commands.WaitForShutdownAsync(c.Guest) == ShutdownReason.PowerOff, "a guest that ended", "it runs");
    }

    /// <summary>No command is acknowledged unread: of two in a row, what was acknowledged was obeyed.</summary>
    [Case("CT-004", "CT-003")]
    public static async Task NoCommandIsAcknowledgedUnread(ControlContext c)
    {
        await c.StartControlAsync();
        await c.WriteAsync(c.ShutdownNode, "nonsense");
        await c.WriteAsync(c.ShutdownNode, "reboot");
        await c.SettleAsync();
        c.Expect("CT-004", await c.World.FindShutdownAsync(c.Guest) == ShutdownReason.Reboot, "the later command obeyed", $"{await c.World.FindShutdownAsync(c.Guest)}");
        c.Expect("CT-003", await c.ReadAsync(c.ShutdownNode) == string.Empty, "it acknowledged", $"'{await c.ReadAsync(c.ShutdownNode)}'");
    }

    /// <summary>A command that comes while another is carried out is not obeyed and not acknowledged.</summary>
    [Case("CT-007")]
    public static async Task CommandDuringAnotherIsIgnored(ControlContext c)
    {
        var ends = new List<ShutdownCommand>();
        await c.StartControlAsync(new ControlSettings
        {
            End = async command =>
            {
                ends.Add(command);
                await c.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(30));
            },
        });
        await c.WriteAsync(c.ShutdownNode, "poweroff");
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(5));
        await c.WriteAsync(c.ShutdownNode, "reboot");
        await c.SettleAsync();
        c.Expect("CT-007", ends.Count == 1 && ends[0] == ShutdownCommand.PowerOff, "one command carried out", string.Join(' ', ends));
        c.Expect("CT-007", await c.World.FindShutdownAsync(c.Guest) == ShutdownReason.PowerOff, "an end for the first", $"{await c.World.FindShutdownAsync(c.Guest)}");
    }

    /// <summary>A guest says what it can do, and runs without saying it where it may not write.</summary>
    [Case("CT-006")]
    public static async Task GuestSaysWhatItCanDo(ControlContext c)
    {
        await c.Store.RemoveAsync($"/local/domain/{c.Guest.Id}/{ControlNodes.FeatureReboot}");
        await c.StartControlAsync();
        await c.SettleAsync();
        foreach (string feature in (string[])[ControlNodes.FeaturePowerOff, ControlNodes.FeatureSuspend])
        {
            c.Expect("CT-006", await c.ReadAsync($"/local/domain/{c.Guest.Id}/{feature}") == "1", $"{feature} 1", $"{await c.ReadAsync($"/local/domain/{c.Guest.Id}/{feature}")}");
        }

        c.Expect("CT-006", await c.Commands.AskAsync(c.Guest, ShutdownCommand.Reboot), "a command acknowledged all the same", "it is not");
    }

    /// <summary>A key is pressed once and its node emptied; an empty node presses nothing.</summary>
    [Case("CT-008")]
    public static async Task KeyIsPressedOnce(ControlContext c)
    {
        var keys = new List<char>();
        await c.StartControlAsync(new ControlSettings { PressKey = keys.Add });
        await c.SettleAsync();
        c.Expect("CT-008", keys.Count == 0, "no key at first", string.Join(' ', keys));
        foreach (char key in "sub")
        {
            await c.Commands.PressKeyAsync(c.Guest, key);
            await c.SettleAsync();
        }

        c.Expect("CT-008", string.Concat(keys) == "sub", "each key once", string.Concat(keys));
        c.Expect("CT-008", await c.ReadAsync($"/local/domain/{c.Guest.Id}/{ControlNodes.SysRq}") == string.Empty, "an empty node", "another");
    }
}
