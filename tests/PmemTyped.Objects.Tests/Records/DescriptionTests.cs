using PmemTyped.Blocks;
using PmemTyped.Objects.Records;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

/// <summary>What a pool says of its layouts, and how that is compared.</summary>
public sealed class DescriptionTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("a.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_description_changes_its_place_and_names_the_older_layouts_until_they_are_gone()
    {
        BlockPool<ItemV1>.Create(PoolPath, 10).Dispose();
        Assert.Equal((0, 0, 0), Shape(Stored()));
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal((1992, 1, 1), Shape(Stored(pool.Blocks)));
        }

        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            LayoutDescription begun = Stored(pool.Blocks);
            Assert.Equal((0, 2, 2), Shape(begun));
            Assert.Equal([2, 1], begun.Older.Select(LayoutField.VersionOf));
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        Assert.Equal((1992, 3, 0), Shape(Stored()));
        Assert.Equal(3, LayoutField.VersionOf(Stored().Text));
    }

    [Fact]
    public void A_pool_of_the_first_format_whose_description_fills_the_area_is_not_upgraded_and_keeps_its_bytes()
    {
        string text = LayoutDescription.Of<ItemV1>().Text;
        string padded = text[..^1] + string.Concat(Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{i}:-:i32 "))) + "}";
        var options = new BlockPoolOptions { ApplicationArea = new LayoutDescription(LayoutField.HashOf(text)!.Value, padded).ToBytes() };
        BlockPool.Create(PoolPath, 512, BlockPool.MinPoolBytes, options).Dispose();
        byte[] before = File.ReadAllBytes(PoolPath);

        var refusal = Assert.Throws<NotSupportedException>(() => BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead));

        Assert.Contains("Copy the records", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(PoolPath));
        BlockPool<ItemV1>.Open(PoolPath).Dispose();
        BlockPool<ItemV2>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead).Dispose();
    }

    [Theory]
    [InlineData("0:A:i32 8:B:i64", "0:A:i32 4:C:i32 8:B:i64", null)]
    [InlineData("0:A:map.point@1#1 8:B:i64", "0:A:map.point@1#1 8:B:i64 16:C:u8[4]", null)]
    [InlineData("0:A:map.point@1#1 16:B:i64", "0:A:map.point@2#2 16:B:i64", "field A was map.point@1#1")]
    [InlineData("0:A:map.point@1#1 16:B:i64", "8:C:i64 16:B:i64", "field C at offset 8 lies over what was A")]
    [InlineData("0:A:text[16] 16:B:i64!", "0:A:text[16] 16:B:i64", "field B was i64!")]
    [InlineData("0:A:i64 8:-:u8[8]", "0:A:i64 8:B:new.kind@1#3", null)]
    [InlineData("0:A:i64 8:B:ptr<x> 16:C:i64", "0:A:i64 16:C:i64", null)]
    [InlineData("0:A:i64 8:B:i64", "0:B:i64 8:A:i64", "field A was i64 at offset 0, and A is i64 at offset 8")]
    public void Fields_are_compared_by_place_type_and_extent(string older, string newer, string? objection)
    {
        string? found = LayoutCompatibility.Objection(
            $"kind@1 size=24 align=8 hash=1 {{ {older} }}", $"kind@2 size=24 align=8 hash=2 {{ {newer} }}");

        if (objection is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(objection, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_description_that_was_cut_off_is_not_guessed_at()
    {
        const string Cut = "kind@1 size=24 align=8 hash=1 { 0:A:i64 ...";
        const string Whole = "kind@2 size=24 align=8 hash=2 { 0:A:i64 8:B:i64 }";
        Assert.Contains("too long", LayoutCompatibility.Objection(Cut, Whole), StringComparison.Ordinal);
        Assert.Contains(LayoutDifferences.Between(Cut, Whole), d => d.Contains("further fields may differ", StringComparison.Ordinal));
    }

    [Fact]
    public void Older_layouts_that_have_no_room_are_refused_and_known_ones_are_shortened()
    {
        string Long(int version, int fields) => FormattableString.Invariant($"kind@{version} size=4096 align=8 hash={version} {{ ")
            + string.Concat(Enumerable.Range(0, fields).Select(i => FormattableString.Invariant($"{i * 8}:Field{i}:i64 "))) + "}";
        LayoutFacts[] known = [new(3, 3, 4096, Long(3, 100)), new(2, 2, 4096, Long(2, 150))];

        var fits = new LayoutHistory();
        Assert.Null(fits.Add(Long(2, 150), known));
        Assert.Equal(["kind@2 size=4096 align=8 hash=2 { ..."], fits.Describe("pool", Long(3, 100)));
        var full = new LayoutHistory();
        Assert.Null(full.Add(Long(1, 150), known));
        Assert.Throws<NotSupportedException>(() => full.Describe("pool", Long(3, 100)));
    }

    [Fact]
    public void Another_kind_of_record_and_a_changed_layout_of_the_same_version_are_told_apart()
    {
        BlockPool<ItemV1>.Create(PoolPath, 1).Dispose();
        var foreign = Assert.Throws<LayoutMismatchException>(
            () => BlockPool<OtherItem>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead));
        Assert.Contains("records of another kind", foreign.Message, StringComparison.Ordinal);

        File.Delete(PoolPath);
        BlockPool<Row>.Create(PoolPath, 1).Dispose();
        var newer = Assert.Throws<LayoutMismatchException>(
            () => BlockPool<RowSameVersion>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead));
        Assert.Contains("Both are of one version", newer.Message, StringComparison.Ordinal);
        Assert.Contains("field Weight: its type changed from i64 to u64", newer.Differences);
    }

    private static (int Place, int Sequence, int Older) Shape(LayoutDescription description) =>
        (description.Place, description.Sequence, description.Older.Count);

    private LayoutDescription Stored()
    {
        using BlockPool pool = BlockPool.Open(PoolPath);
        return Stored(pool);
    }

    private static LayoutDescription Stored(BlockPool pool)
    {
        byte[] area = new byte[BlockPool.ApplicationAreaBytes];
        pool.ReadApplicationArea(area);
        return LayoutDescription.Read(area, pool.Path)!;
    }
}
