using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

/// <summary>What may change in a layout (rules of change), row by row.</summary>
public sealed class CompatibilityTests : IDisposable
{
    private static readonly Row s_row = new() { Id = 0x0102030405060708, Count = 77, Kind = 3, Weight = -9 };

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    /// <summary>How a later layout opens the pool of an earlier one, and what it makes of the record.</summary>
    public static TheoryData<string, string, string> Rows { get; } = new()
    {
        { "type and fields renamed", "opened", "Number=72623859790382856 Amount=77 Sort=3 Mass=-9" },
        { "values added to an enum", "opened", "Id=72623859790382856 Count=77 Kind=Large Weight=-9" },
        { "field in what was reserved", "upgraded", "Id=72623859790382856 Count=77 Kind=3 Color=0 Weight=-9" },
        { "field behind the end", "upgraded", "Id=72623859790382856 Count=77 Kind=3 Weight=-9 Height=0" },
        { "field given up", "upgraded", "Id=72623859790382856 Kind=3 Weight=-9" },
        { "step from a version that was only longer", "upgraded", "Height=1 Id=72623859790382856" },
        { "fields exchanged, with a step", "upgraded", "Weight=-9 Count=77 Kind=3 Id=72623859790382856" },
        { "bytes used again", "refused", "field High at offset 10 lies over what was Count at offset 8" },
        { "field of another type", "refused", "field Count was i32 at offset 8, and Count is u32 at offset 8" },
        { "field moved", "refused", "field Kind was i16 at offset 12, and Kind is i16 at offset 14" },
        { "fields exchanged", "refused", "field Id was i64 at offset 0, and Id is i64 at offset 16" },
        { "shorter", "refused", "24 bytes, the new ones 16" },
    };

    private string PoolPath => _directory.File("rows.pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_change_is_opened_upgraded_or_refused(string change, string outcome, string detail)
    {
        using (BlockPool<Row> pool = BlockPool<Row>.Create(PoolPath, capacity: 10))
        {
            pool[3] = s_row;
        }

        (string Outcome, string Detail) found = change switch
        {
            "type and fields renamed" => Try<RowRenamed>(),
            "values added to an enum" => Try<RowWithKind>(),
            "field in what was reserved" => Try<RowAppendedInside>(),
            "field behind the end" => Try<RowGrown>(),
            "field given up" => Try<RowWithoutCount>(),
            "step from a version that was only longer" => Try<RowAfterGrown>(),
            "fields exchanged, with a step" => Try<RowReorderedWithStep>(),
            "bytes used again" => Try<RowReused>(),
            "field of another type" => Try<RowRetyped>(),
            "field moved" => Try<RowMoved>(),
            "fields exchanged" => Try<RowReordered>(),
            "shorter" => Try<RowShrunk>(),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };

        Assert.Equal((change, outcome), (change, found.Outcome));
        Assert.Contains(detail, found.Detail, StringComparison.Ordinal);
    }

    // What is upgraded when it is read must be the same after it was written anew, and need no consent any more then.
    private (string Outcome, string Detail) Try<T>()
        where T : unmanaged, IBlockRecord<T>
    {
        string outcome = "opened";
        byte[] before = File.ReadAllBytes(PoolPath);
        try
        {
            BlockPool<T>.Open(PoolPath).Dispose();
        }
        catch (LayoutMismatchException)
        {
            outcome = "upgraded";
            Assert.Equal(before, File.ReadAllBytes(PoolPath));
        }

        try
        {
            using BlockPool<T> reading = BlockPool<T>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead);
            string read = Describe(reading[3]);
            using (BlockPool<T> pool = Closing(reading))
            {
                Assert.Equal(read, Describe(pool[3]));
                MigrationResult result = pool.MigrateAllAsync().GetAwaiter().GetResult();
                Assert.Equal((outcome == "upgraded" ? 1 : 0, true), (result.Migrated, result.IsComplete));
                Assert.Equal(read, Describe(pool[3]));
            }

            using BlockPool<T> again = BlockPool<T>.Open(PoolPath);
            Assert.Equal(read, Describe(again[3]));
            return (outcome, read);
        }
        catch (LayoutMismatchException refusal)
        {
            Assert.Equal(before, File.ReadAllBytes(PoolPath));
            return ("refused", refusal.Message);
        }
    }

    private BlockPool<T> Closing<T>(BlockPool<T> reading)
        where T : unmanaged, IBlockRecord<T>
    {
        reading.Dispose();
        return BlockPool<T>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
    }

    private static string Describe<T>(T value)
        where T : unmanaged => string.Join(' ', typeof(T).GetFields()
            .Where(f => !f.IsStatic && !f.Name.StartsWith('_'))
            .Select(f => FormattableString.Invariant($"{f.Name}={f.GetValue(value)}")));
}
