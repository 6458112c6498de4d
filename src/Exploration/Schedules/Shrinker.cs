using Conformance.Exploration.Engine;

namespace Conformance.Exploration.Schedules;

/// <summary>
/// Makes a failing schedule simpler as long as the same fails: without turns that need not be, with fewer ways other than the
/// plain one, and with the plain way after the last turn that matters.
/// </summary>
public static class Shrinker
{
    /// <summary>Finds a simpler schedule that fails alike.</summary>
    /// <param name="experiment">Of what.</param>
    /// <param name="failure">What failed.</param>
    /// <param name="most">How many runs to try at most.</param>
    /// <returns>The failure with the simplest schedule found; the one given when it fails alike no more, which it must.</returns>
    public static Failure Shrink(IExperiment experiment, Failure failure, int most = 2000)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(failure);
        return new Attempt(experiment, failure, most).Run();
    }

    private sealed class Attempt(IExperiment experiment, Failure failure, int most)
    {
        private Failure _best = failure;
        private List<Turn> _turns = [.. failure.Schedule.Turns];
        private int _left = most;

        internal Failure Run()
        {
            int before;
            do
            {
                before = _turns.Count;
                RemoveRows();
                MakePlain();
            }
            while (_turns.Count < before && _left > 0);
            return _best;
        }

        /// <summary>Leaves out rows of turns, first long ones.</summary>
        private void RemoveRows()
        {
            for (int length = Math.Max(1, _turns.Count / 2); length >= 1; length /= 2)
            {
                for (int start = _turns.Count - length; start >= 0 && _left > 0; start--)
                {
                    if (start + length <= _turns.Count)
                    {
                        Try([.. _turns.Take(start), .. _turns.Skip(start + length)]);
                    }
                }
            }
        }

        /// <summary>Takes the plain way where another was taken.</summary>
        private void MakePlain()
        {
            for (int i = 0; i < _turns.Count && _left > 0; i++)
            {
                if (_turns[i].Outcomes.Any(static outcome => outcome != 0))
                {
                    var plain = new List<Turn>(_turns) { [i] = _turns[i] with { Outcomes = [] } };
                    Try(plain);
                }
            }
        }

        private void Try(List<Turn> turns)
        {
            _left--;
            var replay = Replay.Follow(experiment, new Schedule(experiment.Name, turns), tellsShared: false);
            if (_best.IsLike(replay.Failure) && IsSimpler(replay.Failure!.Schedule, turns))
            {
                _best = replay.Failure!;
                _turns = turns;
            }
        }

        // What is left out may make the plain way after it longer; it must not make it more crooked than it was.
        private bool IsSimpler(Schedule came, List<Turn> turns) =>
            (came.Deviations, came.Switches, turns.Count).CompareTo((_best.Schedule.Deviations, _best.Schedule.Switches, _turns.Count)) < 0;
    }
}
