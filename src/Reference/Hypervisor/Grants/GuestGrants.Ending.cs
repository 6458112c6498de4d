using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <content>How grants end and references return.</content>
public sealed partial class GuestGrants
{
    /// <summary>
    /// Ends a grant for good: revokes it and frees the reference, and the page if one is given. While the peer uses the
    /// entry both are put aside instead, until <see cref="RetryDeferred"/> can free them (GT-008, GT-010).
    /// </summary>
    /// <returns>Whether it ended now.</returns>
    public bool End(GrantRef reference, MemoryPage? page = null)
    {
        lock (Gate)
        {
            bool ended = EndOne(reference, page);
            RunCallbacks();
            return ended;
        }
    }

    /// <summary>Ends a grant and frees its reference, or, while the peer uses the entry, does nothing at all.</summary>
    /// <returns>Whether it ended.</returns>
    public bool TryEnd(GrantRef reference)
    {
        lock (Gate)
        {
            CheckTaken(reference);
            if (!_entries.TryRevoke(reference))
            {
                return false;
            }

            _free.Give(reference);
            RunCallbacks();
            return true;
        }
    }

    /// <summary>Ends grants; those that the peer uses are put aside, the others are freed (GT-011).</summary>
    /// <param name="references">Which.</param>
    /// <param name="ended">As long as <paramref name="references"/>, or empty: says of each whether it ended now.</param>
    /// <returns>How many ended.</returns>
    public int End(ReadOnlySpan<GrantRef> references, Span<bool> ended = default)
    {
        lock (Gate)
        {
            int count = 0;
            for (int i = 0; i < references.Length; i++)
            {
                bool isEnded = EndOne(references[i], page: null);
                count += isEnded ? 1 : 0;
                if (!ended.IsEmpty)
                {
                    ended[i] = isEnded;
                }
            }

            RunCallbacks();
            return count;
        }
    }

    /// <summary>Tries again to end what was put aside.</summary>
    /// <returns>How many ended.</returns>
    public int RetryDeferred()
    {
        lock (Gate)
        {
            int kept = 0;
            int before = _deferred.Count;
            if (before == 0)
            {
                return 0;
            }

            for (int i = 0; i < before; i++)
            {
                var (reference, page) = _deferred[i];
                if (_entries.TryRevoke(reference))
                {
                    _free.EndDefer(reference);
                    Release(reference, page);
                }
                else
                {
                    _deferred[kept++] = (reference, page);
                }
            }

            _deferred.RemoveRange(kept, before - kept);
            RunCallbacks();
            return before - kept;
        }
    }

    private bool EndOne(GrantRef reference, MemoryPage? page)
    {
        CheckTaken(reference);
        if (_entries.TryRevoke(reference))
        {
            Release(reference, page);
            return true;
        }

        _free.Defer(reference);
        _deferred.Add((reference, page));
        return false;
    }

    private void Release(GrantRef reference, MemoryPage? page)
    {
        _free.Give(reference);
        if (page is not null)
        {
            _domain.Memory.Free(page);
        }
    }
}
