using PmemTyped.Interop.Tests.Operations;

namespace PmemTyped.Interop.Tests;

/// <summary>Compares whole pools.</summary>
internal static class PoolComparison
{
    /// <summary>Asserts that two pools read the same, block for block.</summary>
    internal static void AssertSameBlocks(IBlocks ours, IBlocks reference)
    {
        Assert.Equal(reference.BlockCount, ours.BlockCount);
        Assert.Equal(reference.BlockSize, ours.BlockSize);
        byte[] our = new byte[ours.BlockSize];
        byte[] its = new byte[ours.BlockSize];
        for (long block = 0; block < ours.BlockCount; block++)
        {
            BlockOutcome ourOutcome = ours.Read(block, our);
            BlockOutcome itsOutcome = reference.Read(block, its);
            Assert.True(
                ourOutcome == itsOutcome,
                FormattableString.Invariant($"block {block}: ours {ourOutcome}, reference {itsOutcome}"));
            bool isSame = ourOutcome != BlockOutcome.Done || our.AsSpan().SequenceEqual(its);
            Assert.True(isSame, FormattableString.Invariant($"block {block} has different bytes"));
        }
    }
}
