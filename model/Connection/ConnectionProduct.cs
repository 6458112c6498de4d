using System.Diagnostics.CodeAnalysis;
using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>How the connection goes from one cell of the product table to another in one step.</summary>
/// <param name="From">The cell before.</param>
/// <param name="To">The cell after.</param>
/// <param name="By">Who does it.</param>
/// <param name="Step">The step in words, with its code in the trace.</param>
public sealed record ProductMove(ProductCell From, ProductCell To, ConnectionParticipant By, StepText Step);

/// <summary>
/// The two state nodes as models of the connection really take them: every reachable state and every step, seen through the
/// two nodes only.
/// </summary>
public sealed class ConnectionProduct
{
    private readonly SortedDictionary<ProductCell, SortedSet<string>> cells = new(Comparer<ProductCell>.Create((one, other) => one.Place.CompareTo(other.Place)));
    private readonly Dictionary<(ProductCell From, ProductCell To, ConnectionParticipant By, string Code), ProductMove> moves = [];

    private ConnectionProduct()
    {
    }

    /// <summary>The cells that are reached, each with the names of the models that reach it.</summary>
    public IReadOnlyDictionary<ProductCell, SortedSet<string>> Cells => cells;

    /// <summary>The moves between different cells, in the order of the table; one for each participant and step code.</summary>
    public IReadOnlyList<ProductMove> Moves { get; private set; } = [];

    /// <summary>The product of some systems.</summary>
    /// <param name="systems">They are explored completely, one after the other.</param>
    /// <param name="stop">Ends the exploration with an exception.</param>
    public static ConnectionProduct Of(IEnumerable<ConnectionSystem> systems, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(systems);
        var product = new ConnectionProduct();
        foreach (var system in systems)
        {
            product.Explore(system, stop);
        }

        product.Moves = [.. product.moves.Values
            .OrderBy(move => move.From.Place).ThenBy(move => move.To.Place).ThenBy(move => move.By).ThenBy(move => move.Step.Code, StringComparer.Ordinal).ThenBy(move => move.Step.Text, StringComparer.Ordinal)];
        return product;
    }

    private void Explore(ConnectionSystem system, CancellationToken stop)
    {
        var initial = new List<ConnectionState>();
        system.AddInitial(initial);
        var known = new HashSet<ConnectionState>(initial, new ByBytes());
        var waiting = new Queue<ConnectionState>(initial);
        var steps = new TransitionBuffer<ConnectionState>();
        while (waiting.TryDequeue(out var state))
        {
            stop.ThrowIfCancellationRequested();
            var cell = ProductCell.Of(in state);
            Note(cell, system.Name);
            steps.Clear();
            system.AddSteps(in state, steps);
            foreach (ref readonly var step in steps.Transitions)
            {
                var next = step.Next;
                if (known.Add(next))
                {
                    waiting.Enqueue(next);
                }

                var to = ProductCell.Of(in next);
                if (to != cell)
                {
                    Note(new(cell, to, (ConnectionParticipant)step.Step.Participant, system.Describe(in state, step.Step, in next)));
                }
            }
        }
    }

    private void Note(ProductCell cell, string model)
    {
        if (!cells.TryGetValue(cell, out var models))
        {
            cells.Add(cell, models = new(StringComparer.Ordinal));
        }

        models.Add(model);
    }

    private void Note(ProductMove move)
    {
        // What a step changes is its move; only what is done is its name.
        string text = move.Step.Text.Split(';')[0];
        string name = move.Step.Code.Length > 0 && move.By is not ConnectionParticipant.World and not ConnectionParticipant.ToolStack ? move.Step.Code : text;
        var noted = move with { Step = move.Step with { Text = text } };
        var key = (move.From, move.To, move.By, name);
        if (!moves.TryGetValue(key, out var known) || string.CompareOrdinal(text, known.Step.Text) < 0)
        {
            moves[key] = noted;
        }
    }

    private sealed class ByBytes : IEqualityComparer<ConnectionState>
    {
        public bool Equals(ConnectionState x, ConnectionState y) => PackedState.Equal(in x, in y);

        public int GetHashCode([DisallowNull] ConnectionState obj) => PackedState.Hash(in obj).GetHashCode();
    }
}
