using System.Text;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Hvm;

public sealed class XenCpuidTests
{
    [Theory]
    [InlineData(0x4000_0000u)]
    [InlineData(0x4000_0100u)]
    [InlineData(0x4000_FF00u)]
    [Trait("Clause", "HV-001")]
    [Trait("Clause", "HV-002")]
    [Trait("Clause", "HV-003")]
    [Trait("Clause", "HV-004")]
    public void Xen_IsFound_WhereverItIs_BehindWhateverElse(uint at)
    {
        var processor = new MockProcessor();
        processor.AddInterface(0x4000_0000, "Microsoft Hv", further: 5);
        processor.AddXen(at);
        var xen = XenCpuid.Find(processor)!;
        Assert.Equal(at, xen.BaseLeaf);
        Assert.Equal((4, 19), (xen.Major, xen.Minor));
        Assert.Equal((1u, 0x4000_0200u), (xen.HypercallPages, xen.HypercallMsr));
        processor.Reads.Clear();
        xen.Read(4);
        Assert.Equal([at + 4], processor.Reads);
    }

    [Theory]
    [InlineData(0x4001_0000u, 5u)]
    [InlineData(0x4000_0080u, 5u)]
    [InlineData(0x4000_0100u, 1u)]
    [InlineData(0x4000_0100u, 0xC000_0000u)]
    [Trait("Clause", "HV-001")]
    public void WhatIsOutOfTheRange_OrTooShort_IsNotXen(uint at, uint further)
    {
        var processor = new MockProcessor();
        processor.AddInterface(at, "XenVMMXenVMM", further);
        Assert.Null(XenCpuid.Find(processor));
        Assert.All(processor.Reads, leaf => Assert.InRange(leaf, 0x4000_0000u, 0x4000_FFFFu));
    }

    internal sealed class MockProcessor : ICpuid
    {
        private readonly Dictionary<uint, CpuidLeaf> _leaves = [];

        public List<uint> Reads { get; } = [];

        public CpuidLeaf Read(uint leaf)
        {
            Reads.Add(leaf);
            return _leaves.GetValueOrDefault(leaf);
        }

        public void AddInterface(uint at, string signature, uint further)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(signature);
            _leaves[at] = new CpuidLeaf(
                unchecked(at + further), BitConverter.ToUInt32(bytes, 0), BitConverter.ToUInt32(bytes, 4), BitConverter.ToUInt32(bytes, 8));
        }

        public void AddXen(uint at)
        {
            AddInterface(at, "XenVMMXenVMM", further: 5);
            _leaves[at + 1] = new CpuidLeaf((4 << 16) | 19, 0, 0, 0);
            _leaves[at + 2] = new CpuidLeaf(1, 0x4000_0200, 0, 0);
        }

        public void Remove(uint at) => _leaves.Remove(at);
    }
}
