using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Sets;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Interop.Tests;

/// <summary>Crash states of our writes, enumerated: the reference recovers each to what we recover it to.</summary>
public sealed class EnumeratedCrashStateTests(ITestOutputHelper output)
{
    private const int BlockBytes = 512;
    private const int Seed = 7;
    private const int StatesCompared = 180;
    private static readonly long[] s_watched = [3, 7, 9];

    public static TheoryData<PersistModel, string> Cases => new()
    {
        { PersistModel.AtomSubset, nameof(FlogEntryOrder.ByDrain) },
        { PersistModel.LinePrefix, nameof(FlogEntryOrder.ByDrain) },
        { PersistModel.LinePrefix, nameof(FlogEntryOrder.ByLine) },
    };

    [ReferenceTheory]
    [MemberData(nameof(Cases))]
    public void Interrupted_operations_are_recovered_alike_and_satisfy_the_tool(PersistModel model, string order)
    {
        using var directory = TempDirectory.CreateInMemory();
        StoreLog log = Record(directory, isLaidOut: true, order, recording =>
        {
            Do(recording, pool => pool.Write(3, Content(31)));
            Do(recording, pool => pool.Write(9, Content(91)));
            Do(recording, pool => pool.SetZero(7));
            Do(recording, pool => pool.SetError(3));
            Do(recording, pool => pool.Write(3, Content(32)));
        });
        CompareStates(directory, log, model, checksWithTool: true);
    }

    // The tool calls a pool whose first write was interrupted inconsistent, whoever interrupted it; the library does not.
    [ReferenceTheory]
    [MemberData(nameof(Cases))]
    public void Interrupted_groups_are_recovered_alike_and_satisfy_the_tool(PersistModel model, string order)
    {
        using var directory = TempDirectory.CreateInMemory();
        StoreLog log = Record(directory, isLaidOut: true, order, recording =>
        {
            Do(recording, pool => pool.WriteMany([3, 9, 7], 1));
            Do(recording, pool => pool.WriteMany([9, 7, 3, 9], 2));
        });
        CompareStates(directory, log, model, checksWithTool: true);
    }

    [ReferenceTheory]
    [MemberData(nameof(Cases))]
    public void An_interrupted_first_write_is_recovered_alike(PersistModel model, string order)
    {
        using var directory = TempDirectory.CreateInMemory();
        StoreLog log = Record(directory, isLaidOut: false, order, recording => Do(recording, pool => pool.Write(3, Content(31))));
        CompareStates(directory, log, model, checksWithTool: false);
    }

    private void CompareStates(TempDirectory directory, StoreLog log, PersistModel model, bool checksWithTool)
    {
        long states = new CrashStateEnumerator(log, model, Seed).Visit((_, _) => { });
        long step = Math.Max(1, states / StatesCompared);
        long state = 0;
        long compared = 0;
        new CrashStateEnumerator(log, model, Seed).Visit((image, point) =>
        {
            if (state++ % step == 0)
            {
                Compare(directory, image.ToArray(), point, checksWithTool);
                compared++;
            }
        });
        output.WriteLine(FormattableString.Invariant($"{compared} of {states} crash states compared"));
        Assert.True(compared >= Math.Min(states, StatesCompared), FormattableString.Invariant($"{compared} of {states}"));
    }

    private static void Compare(TempDirectory directory, byte[] image, CrashPoint point, bool checksWithTool)
    {
        string ours = directory.File("ours");
        string reference = directory.File("reference");
        File.WriteAllBytes(ours, image);
        File.WriteAllBytes(reference, image);
        if (checksWithTool)
        {
            PmempoolResult check = Pmempool.Check(reference);
            Assert.True(check.ExitCode == 0, $"seed {Seed}, {point}: {check}");
        }

        using (var our = new OurPool(BlockPool.Open(ours)))
        using (ReferencePool its = ReferencePool.Open(reference))
        {
            byte[] ourContent = new byte[BlockBytes];
            byte[] itsContent = new byte[BlockBytes];
            foreach (long block in s_watched)
            {
                BlockOutcome ourOutcome = our.Read(block, ourContent);
                BlockOutcome itsOutcome = its.Read(block, itsContent);
                bool isSame = ourOutcome == itsOutcome
                    && (ourOutcome != BlockOutcome.Done || ourContent.AsSpan().SequenceEqual(itsContent));
                Assert.True(isSame, FormattableString.Invariant(
                    $"seed {Seed}, {point}, block {block}: ours {ourOutcome}, reference {itsOutcome}"));
            }
        }

        PoolImage.AssertSame(PoolImage.Comparable(ours), PoolImage.Comparable(reference), $"seed {Seed}, {point}");
    }

    private static StoreLog Record(
        TempDirectory directory, bool isLaidOut, string order, Action<(StoreLog Log, Table Pool)> run)
    {
        string path = directory.File("initial");
        using (BlockPool pool = BlockPool.Create(path, BlockBytes, BlockPool.MinPoolBytes))
        {
            if (isLaidOut)
            {
                pool.Write(3, Content(30));
                pool.Write(7, Content(70));

                // The tool accepts a slot that was never used only while its second half is all zero, so it calls an
                // interrupted first use inconsistent, of the reference too. Here every slot of the group was used.
                pool.WriteMany([20, 21, 22, 23], new byte[4 * BlockBytes]);
            }
        }

        var log = new StoreLog(File.ReadAllBytes(path));
        run((log, new Table(log, Enum.Parse<FlogEntryOrder>(order))));
        return log;
    }

    private static void Do((StoreLog Log, Table Pool) recording, Action<Table> operation)
    {
        recording.Log.Begin();
        operation(recording.Pool);
        recording.Log.Acknowledge();
    }

    private static byte[] Content(int number)
    {
        byte[] content = new byte[BlockBytes];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(number + (i / 8));
        }

        return content;
    }

    /// <summary>A pool of ours over the recording medium, with one lane, so that operations share a flog slot.</summary>
    private sealed class Table(StoreLog log, FlogEntryOrder order)
    {
        private readonly BlockPoolCore<RecordingMedium> _pool = BlockPoolCore<RecordingMedium>.Open(
            log.Medium, "recorded", BlockBytes, new ShutdownIdentity(0, 0), lanes: 1, order);

        internal void Write(long block, byte[] content) => _pool.Table.Write(block, content);

        internal void WriteMany(long[] blocks, int group) => _pool.Table.WriteMany(
            blocks,
            new ContiguousContents([.. blocks.SelectMany((b, number) => Content((int)b + (20 * group) + (5 * number)))], BlockBytes));

        internal void SetZero(long block) => _pool.Table.SetZero(block);

        internal void SetError(long block) => _pool.Table.SetError(block);
    }
}
