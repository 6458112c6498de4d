namespace Conformance.Suite.Targets;

/// <summary>Someone who plays both ends of a block device, so that the two can be asked together.</summary>
public interface IBlockPairTarget : IFrontTarget, IBackTarget
{
}
