using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>FIFO events: their control blocks and their array.</summary>
public static class FifoCases
{
    /// <summary>What is sent to a port that has no word yet comes once it has one, in whatever order array and control come about.</summary>
    [Case("EV-028", "EV-005", Guards = "Z-098")]
    public static Task SignalBeforeTheArrayIsKept(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        var events = scene.Left.Events;
        c.Expect("EV-028", events.ExpandArray() == Errno.ENOSYS, "ENOSYS for an array before there is a control block", "an array");
        c.Expect("EV-028", events.InitControl(0) == Errno.None && events.InitControl(0) == Errno.EINVAL, "one control block a CPU", "another number");
        c.Expect("EV-028", events.InitControl(1) == Errno.ENOENT, "ENOENT for a CPU that does not exist", "a control block");
        var count = EventScene.Count(left);
        right.Send();
        c.Expect("EV-028", count() == 0 && left.IsPending, "the signal kept while the port has no word", $"{count()} upcalls");
        c.Expect("EV-028", events.ExpandArray() == Errno.None && count() == 1, "the signal once the port has a word", $"{count()} upcalls");
        right.Send();
        c.Expect("EV-005", count() == 2, "the next signal at once", $"{count()} upcalls");
        return Task.CompletedTask;
    }

    /// <summary>What is pending with two-level events is not lost by the change to FIFO events.</summary>
    [Case("EV-028")]
    public static Task PendingPortsMoveOver(PlatformContext c)
    {
        var scene = new EventScene(c);
        var channels = Enumerable.Range(0, 5).Select(_ => scene.Channel()).ToList();
        channels[1].Right.Send();
        channels[3].Right.Send();
        c.Expect("EV-028", scene.Left.Events.InitControl(0) == Errno.None && scene.Left.Events.ExpandArray() == Errno.None, "FIFO events", "none");
        for (int i = 0; i < 5; i++)
        {
            var count = EventScene.Count(channels[i].Left);
            c.Expect("EV-028", count() == i % 2, $"{i % 2} events of port {channels[i].Left.Number}", $"{count()}");
        }

        return Task.CompletedTask;
    }

    /// <summary>The array grows to its 128 pages and no further, and ports on the last page work.</summary>
    [Case("EV-028", "EV-015")]
    public static Task ArrayEndsWithItsLastPage(PlatformContext c)
    {
        var scene = new EventScene(c);
        var events = scene.Left.Events;
        c.Expect("EV-028", events.InitControl(0) == Errno.None, "FIFO events", "none");
        for (int page = 0; page < 128; page++)
        {
            c.Expect("EV-028", events.ExpandArray() == Errno.None, $"page {page} of the array", "none");
        }

        c.Expect("EV-028", events.ExpandArray() == Errno.ENOSPC, "ENOSPC for page 128", "a page");
        var (left, right) = scene.Channel();
        while (left.Number < 1030)
        {
            (left, right) = scene.Channel();
        }

        var count = EventScene.Count(left);
        right.Send();
        c.Expect("EV-028", count() == 1, "an event of a port beyond the first page", $"{count()}");
        return Task.CompletedTask;
    }

    /// <summary>A reset, at any point of an expansion, leaves nothing of the old array: events come as often as they are sent.</summary>
    [Case("EV-028", "EV-019", Guards = "Z-098")]
    public static Task ResetLeavesNothingOfTheArray(PlatformContext c)
    {
        var scene = new EventScene(c, new DomainOptions { VirtualCpus = 2 });
        var events = scene.Left.Events;
        for (int round = 0; round < 40; round++)
        {
            if (c.Random.Next(3) > 0)
            {
                events.InitControl(0);
                events.InitControl(1);
            }

            for (int pages = c.Random.Next(3); pages > 0; pages--)
            {
                events.ExpandArray();
            }

            var (left, right) = scene.Channel();
            events.BindVcpu(left.Number, (uint)c.Random.Next(2));
            right.Send();
            if (c.Random.Next(2) == 0)
            {
                left.TryConsume();
            }

            var error = events.Reset(DomainId.Self);
            c.Expect("EV-019", error == Errno.None && events.Count == 0, "a reset", error.ToString());
            var (fresh, peer) = scene.Channel();
            var count = EventScene.Count(fresh);
            c.Expect("EV-028", count() == 0, "no event left from before the reset", $"{count()}");
            peer.Send();
            c.Expect("EV-028", count() == 1, "one event for one signal after the reset", $"{count()}");
            events.Reset(DomainId.Self);
        }

        return Task.CompletedTask;
    }

    /// <summary>Ports are taken in the order of their priority and then of their signals, none twice and none left.</summary>
    [Case("EV-028", "EV-010")]
    public static Task QueuesLoseNothing(PlatformContext c)
    {
        var scene = new EventScene(c);
        var events = scene.Left.Events;
        c.Expect("EV-028", events.InitControl(0) == Errno.None && events.ExpandArray() == Errno.None, "FIFO events", "none");
        var channels = Enumerable.Range(0, 12).Select(_ => scene.Channel()).ToList();
        events.SetUpcall(0, _ => { });
        for (int i = 0; i < 12; i++)
        {
            c.Expect("EV-028", events.SetPriority(channels[i].Left.Number, 15 - (i % 3)) == Errno.None, "a priority", "none");
        }

        channels.ForEach(channel => channel.Right.Send());
        channels.ForEach(channel => channel.Right.Send());
        var taken = new List<uint>();
        while (events.TakeNext(events.Cpus[0], out uint number))
        {
            taken.Add(number);
            events.Find(number)!.TryConsume();
        }

        var expected = Enumerable.Range(0, 12).OrderByDescending(i => i % 3).Select(i => channels[i].Left.Number).ToList();
        c.Expect("EV-028", taken.SequenceEqual(expected), string.Join(' ', expected), string.Join(' ', taken));
        return Task.CompletedTask;
    }
}
