using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>
/// The same operations leave the same bytes: data, map and flog are identical, because lanes are taken in the same
/// turn. Only identities, times, the checksums over them and the reference's run-time area may differ.
/// </summary>
public sealed class ByteIdentityTests
{
    private const int Operations = 300;

    public static TheoryData<int, long, int> Runs => new()
    {
        { 512, BlockPool.MinPoolBytes, 1 },
        { 512, BlockPool.MinPoolBytes, 2 },
        { 520, 20_972_297, 3 },
        { 4096, 33_554_432, 4 },
        { 4096, 16_789_503, 5 },
        { 1, BlockPool.MinPoolBytes, 6 },
        { 32512, BlockPool.MinPoolBytes, 7 },
    };

    [ReferenceTheory(NeedsSameLanes = true)]
    [MemberData(nameof(Runs))]
    public void The_same_operations_leave_the_same_image(int blockSize, long poolBytes, int seed)
    {
        using var directory = TempDirectory.CreateInMemory();
        string ours = directory.File("ours");
        string reference = directory.File("reference");
        RunBoth(
            new OurPool(BlockPool.Create(ours, blockSize, poolBytes)),
            ReferencePool.Create(reference, blockSize, poolBytes),
            seed);
        AssertSameImages(ours, reference, seed);

        // The lane counter starts over at open, and so do the free blocks that the flog remembers.
        RunBoth(new OurPool(BlockPool.Open(ours)), ReferencePool.Open(reference), seed + 1000);
        AssertSameImages(ours, reference, seed);
    }

    [ReferenceTheory(NeedsSameLanes = true)]
    [InlineData(11)]
    public void A_pool_made_in_an_existing_file_gets_the_same_image(int seed)
    {
        using var directory = TempDirectory.CreateInMemory();
        string ours = directory.File("ours");
        string reference = directory.File("reference");
        File.WriteAllBytes(ours, new byte[BlockPool.MinPoolBytes]);
        File.Copy(ours, reference);
        RunBoth(
            new OurPool(BlockPool.CreateInFile(ours, 512)),
            ReferencePool.Create(reference, 512, poolBytes: 0),
            seed);
        AssertSameImages(ours, reference, seed);
    }

    [ReferenceFact]
    public void A_pool_that_nothing_was_written_to_has_the_same_image()
    {
        using var directory = TempDirectory.CreateInMemory();
        string ours = directory.File("ours");
        string reference = directory.File("reference");
        BlockPool.Create(ours, 4096, 16_789_503).Dispose();
        ReferencePool.Create(reference, 4096, 16_789_503).Dispose();
        AssertSameImages(ours, reference, seed: 0);
    }

    private static void RunBoth(OurPool ours, ReferencePool reference, int seed)
    {
        using (ours)
        using (reference)
        {
            byte[] our = new byte[ours.BlockSize];
            byte[] its = new byte[ours.BlockSize];
            int step = 0;
            foreach (BlockOperation operation in
                OperationSequence.InsideAndOutside(seed, Operations, reference.BlockCount))
            {
                BlockOutcome ourOutcome = Do(ours, operation, our);
                BlockOutcome itsOutcome = Do(reference, operation, its);
                bool isSame = ourOutcome == itsOutcome && our.AsSpan().SequenceEqual(its);
                Assert.True(
                    isSame,
                    FormattableString.Invariant(
                        $"seed {seed}, step {step}, {operation}: ours {ourOutcome}, reference {itsOutcome}"));
                step++;
            }
        }
    }

    private static BlockOutcome Do(IBlocks pool, BlockOperation operation, byte[] content)
    {
        content.AsSpan().Clear();
        return operation.Kind switch
        {
            BlockOperationKind.Read => pool.Read(operation.Block, content),
            BlockOperationKind.Write => pool.Write(operation.Block, operation.Content(pool.BlockSize)),
            BlockOperationKind.SetZero => pool.SetZero(operation.Block),
            _ => pool.SetError(operation.Block),
        };
    }

    private static void AssertSameImages(string ours, string reference, int seed) => PoolImage.AssertSame(
        PoolImage.Comparable(ours),
        PoolImage.Comparable(reference),
        FormattableString.Invariant($"seed {seed}"));
}
