using System.Runtime.InteropServices;

namespace Conformance.Model.Checking;

/// <summary>
/// Looks for a run that goes round for ever within a set of states and treats no assumption unfairly: strongly connected
/// components, from which those states are taken that a strong assumption forbids, until one is left that has everything.
/// </summary>
internal sealed class FairCycles(StateGraph graph, IReadOnlyList<Fairness> assumptions)
{
    /// <summary>Finds a component in which a fair run can stay for ever.</summary>
    /// <param name="region">The states within which it must stay.</param>
    /// <returns>Its states in ascending order; null if there is none.</returns>
    public IReadOnlyList<int>? Find(IReadOnlyList<int> region)
    {
        var work = new Stack<IReadOnlyList<int>>();
        work.Push(region);
        while (work.TryPop(out var states))
        {
            foreach (var component in Components(states))
            {
                var forbidden = Forbidden(component, out bool isHopeless);
                if (isHopeless)
                {
                    continue;
                }

                if (forbidden == 0)
                {
                    component.Sort();
                    return component;
                }

                work.Push(component.FindAll(state => (graph.Enabled(state) & forbidden) == 0));
            }
        }

        return null;
    }

    /// <summary>The assumptions that a run within the component must show: a step taken, or for weak ones a state without.</summary>
    /// <param name="component">States that all reach each other.</param>
    /// <param name="isHopeless">Whether some weak assumption is treated unfairly by every run that stays.</param>
    /// <returns>Strong assumptions whose steps are possible somewhere and taken nowhere, as bits.</returns>
    private uint Forbidden(List<int> component, out bool isHopeless)
    {
        uint taken = 0;
        uint everywhere = uint.MaxValue;
        uint somewhere = 0;
        var members = component.ToHashSet();
        foreach (int state in component)
        {
            uint enabled = graph.Enabled(state);
            everywhere &= enabled;
            somewhere |= enabled;
            taken |= Taken(state, members);
        }

        uint weak = Bits(FairnessStrength.Weak);
        isHopeless = (weak & everywhere & ~taken) != 0;
        return Bits(FairnessStrength.Strong) & somewhere & ~taken;
    }

    private uint Taken(int state, HashSet<int> members)
    {
        uint taken = 0;
        var targets = graph.Targets(state);
        for (int i = 0; i < targets.Length; i++)
        {
            if (members.Contains(targets[i]))
            {
                taken |= graph.Groups(state)[i];
            }
        }

        return taken;
    }

    private uint Bits(FairnessStrength strength)
    {
        uint bits = 0;
        for (int i = 0; i < assumptions.Count; i++)
        {
            bits |= assumptions[i].Strength == strength ? 1u << i : 0;
        }

        return bits;
    }

    /// <summary>Tarjan's algorithm without recursion; components without an inner step are left out.</summary>
    private List<List<int>> Components(IReadOnlyList<int> states)
    {
        var found = new List<List<int>>();
        var index = states.ToDictionary(state => state, _ => 0);
        var low = new Dictionary<int, int>();
        var onStack = new HashSet<int>();
        var stack = new Stack<int>();
        var calls = new Stack<(int State, int Next)>();
        int counter = 0;
        foreach (int root in states)
        {
            if (index[root] != 0)
            {
                continue;
            }

            calls.Push((root, 0));
            while (calls.TryPop(out var call))
            {
                var (state, next) = call;
                if (next == 0)
                {
                    index[state] = low[state] = ++counter;
                    stack.Push(state);
                    onStack.Add(state);
                }

                if (Descend(state, next))
                {
                    continue;
                }

                if (low[state] == index[state])
                {
                    Take(state);
                }

                if (calls.TryPeek(out var parent))
                {
                    low[parent.State] = Math.Min(low[parent.State], low[state]);
                }
            }
        }

        return found;

        bool Descend(int state, int next)
        {
            var targets = graph.Targets(state);
            for (; next < targets.Length; next++)
            {
                ref int seen = ref CollectionsMarshal.GetValueRefOrNullRef(index, targets[next]);
                if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref seen))
                {
                    continue;
                }

                if (seen == 0)
                {
                    calls.Push((state, next + 1));
                    calls.Push((targets[next], 0));
                    return true;
                }

                if (onStack.Contains(targets[next]))
                {
                    low[state] = Math.Min(low[state], seen);
                }
            }

            return false;
        }

        void Take(int root)
        {
            var component = new List<int>();
            int state;
            do
            {
                state = stack.Pop();
                onStack.Remove(state);
                component.Add(state);
            }
            while (state != root);

            if (component.Count > 1 || graph.Targets(root).Contains(root))
            {
                found.Add(component);
            }
        }
    }
}
