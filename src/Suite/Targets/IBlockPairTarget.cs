namespace Conformance.Suite.Targets;

/// <summary>Someone who plays both ends of a block device, and the guest that moves with one, so that they can be asked together.</summary>
public interface IBlockPairTarget : IFrontTarget, IBackTarget, IControlTarget
{
}
