using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Protocol;

public class XsNumberTests
{
    [Theory]
    [Trait("Clause", "XS-130")]
    [InlineData("1", 0, false)]
    [InlineData("0", 0, true)]
    [InlineData("9", 8, false)]
    [InlineData("8", 8, true)]
    [InlineData("18446744073709551615", ulong.MaxValue, true)]
    [InlineData("18446744073709551616", ulong.MaxValue, false)]
    public void Number_AboveTheMaximum_IsRefused(string text, ulong maximum, bool isRead) =>
        Assert.Equal(isRead, XsNumber.TryParse(Encoding.ASCII.GetBytes(text), maximum, out _));
}
