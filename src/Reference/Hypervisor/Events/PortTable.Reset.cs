using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <content>Reset: all ports of the domain are closed.</content>
public sealed partial class PortTable
{
    private int _resetCursor;

    /// <summary>
    /// Closes every port that the guest may close and goes back to two-level events: ESRCH, EPERM, EBUSY while another
    /// reset is under way (EV-019).
    /// </summary>
    public Errno Reset(DomainId domain)
    {
        lock (Gate)
        {
            var error = BeginReset(domain, out var reset);
            return error == Errno.None ? reset!.Continue(int.MaxValue, out _) : error;
        }
    }

    /// <summary>Begins a reset that <see cref="Resetting.Continue"/> goes on with, as one that is preempted.</summary>
    public Errno BeginReset(DomainId domain, out Resetting? reset)
    {
        lock (Gate)
        {
            reset = null;
            if (_domain.Hypervisor.FindAny(_domain, domain) is not { } target)
            {
                return Errno.ESRCH;
            }

            if (target != _domain && !_domain.Options.IsPrivileged)
            {
                return Errno.EPERM;
            }

            if (target.Events._resetCursor != 0)
            {
                return Errno.EBUSY;
            }

            target.Events._resetCursor = 1;
            reset = new Resetting(target.Events);
            return Errno.None;
        }
    }

    private Errno ContinueReset(int ports, out bool isDone)
    {
        int end = (int)Math.Min(_ports.Count, (long)_resetCursor + ports);
        for (; _resetCursor < end; _resetCursor++)
        {
            Close((uint)_resetCursor);
        }

        isDone = end == _ports.Count;
        if (!isDone)
        {
            return Errno.None;
        }

        _resetCursor = 0;
        if (_ports.Exists(port => port is { Consumer: null }))
        {
            return Errno.EAGAIN;
        }

        if (Bits is FifoBits)
        {
            BecomeTwoLevel();
        }

        return Errno.None;
    }

    /// <summary>A reset under way.</summary>
    public sealed class Resetting
    {
        private readonly PortTable _table;

        internal Resetting(PortTable table) => _table = table;

        /// <summary>
        /// Looks at so many more ports. At the end: EAGAIN when ports below were bound meanwhile, which stay as they are.
        /// </summary>
        public Errno Continue(int ports, out bool isDone)
        {
            lock (_table.Gate)
            {
                return _table.ContinueReset(ports, out isDone);
            }
        }
    }
}
