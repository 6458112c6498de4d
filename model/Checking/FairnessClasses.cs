using System.Runtime.CompilerServices;

namespace Conformance.Model.Checking;

/// <summary>Which fairness assumptions select a step, and whether it need never be taken, as a small number: steps that are alike in this have the same.</summary>
internal sealed class FairnessClasses
{
    /// <summary>The bit of steps that need never be taken, above those of the assumptions.</summary>
    public const ulong Optional = 1UL << MostAssumptions;

    private const int MostAssumptions = 63;

    private readonly Func<StepId, bool> _isOptional;
    private readonly IReadOnlyList<Fairness> _assumptions;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, ushort> _numbers = [];
    private readonly List<ulong> _masks = [];

    public FairnessClasses(string system, IReadOnlyList<Fairness> assumptions, Func<StepId, bool> isOptional)
    {
        if (assumptions.Count > MostAssumptions)
        {
            throw new ArgumentException($"{system}: expected at most {MostAssumptions} fairness assumptions, got {assumptions.Count}");
        }

        _assumptions = assumptions;
        _isOptional = isOptional;
    }

    /// <summary>The assumptions of a class, one bit each.</summary>
    public ulong Mask(ushort number) => _masks[number];

    /// <summary>One thread's view.</summary>
    public Reader NewReader() => new(this);

    private ushort Number(StepId step)
    {
        ulong mask = _isOptional(step) ? Optional : 0;
        for (int i = 0; i < _assumptions.Count; i++)
        {
            mask |= _assumptions[i].Selects(step) ? 1UL << i : 0;
        }

        lock (_lock)
        {
            if (!_numbers.TryGetValue(mask, out ushort number))
            {
                number = checked((ushort)_masks.Count);
                _masks.Add(mask);
                _numbers.Add(mask, number);
            }

            return number;
        }
    }

    /// <summary>Remembers the classes of the steps seen lately, so that the assumptions are rarely asked.</summary>
    internal sealed class Reader(FairnessClasses classes)
    {
        private const int Size = 1024;
        private readonly (StepId Step, ushort Number, bool Known)[] _seen = new (StepId, ushort, bool)[Size];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ushort Of(StepId step)
        {
            uint mixed = ((uint)step.Participant * 0x9E3779B1) ^ ((uint)step.Code * 0x85EBCA6B) ^ ((uint)step.Argument * 0xC2B2AE35);
            ref (StepId Step, ushort Number, bool Known) seen = ref _seen[mixed >> 22];
            if (!seen.Known || seen.Step != step)
            {
                seen = (step, classes.Number(step), true);
            }

            return seen.Number;
        }
    }
}
