namespace Conformance.Model.Protocol.XenStore;

/// <summary>Unsigned decimal numbers as XenStore messages carry them.</summary>
public static class XsNumber
{
    /// <summary>Reads digits alone: no sign, no space, nothing above <paramref name="maximum"/> (XS-130).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, ulong maximum, out ulong value)
    {
        value = 0;
        if (ascii.IsEmpty)
        {
            return false;
        }

        foreach (byte digit in ascii)
        {
            uint d = (uint)(digit - '0');
            if (d > 9 || d > maximum || value > (maximum - d) / 10)
            {
                value = 0;
                return false;
            }

            value = (value * 10) + d;
        }

        return true;
    }
}
