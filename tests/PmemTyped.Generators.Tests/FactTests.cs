using System.Text;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

/// <summary>The facts of IPersistentLayout, compared with what the runtime does.</summary>
public class FactTests
{
    [Fact]
    public void The_runtime_lays_every_layout_out_as_planned()
    {
        Account.VerifyLayout();
        Point.VerifyLayout();
        Shape.VerifyLayout();
        Scalars.VerifyLayout();
        Reordered.VerifyLayout();
    }

    [Fact]
    public void The_guard_that_layouts_use_notices_another_size_and_offset()
    {
        Account probe = default;

        Assert.Throws<PmemInvariantException>(() => LayoutGuard.Size<Account>(63));
        Assert.Throws<PmemInvariantException>(() => LayoutGuard.Offset(in probe, in probe.Balance, 9, "Balance"));
    }

    [Fact]
    public void The_description_is_the_line_of_the_lock_file()
    {
        string hash = Account.LayoutHash.ToString("x16", null);

        Assert.Equal(
            $"bank.account@2 size=64 align=64 hash={hash} {{ 0:Id:i64 8:Balance:i64 16:Owner:text[32] 48:Currency:u16 50:-:u8[6] 56:Sequence:u64! }}",
            Encoding.UTF8.GetString(Account.LayoutDescription));
    }

    [Fact]
    public void The_description_names_nested_layouts_by_version_and_hash()
    {
        string point = Point.LayoutHash.ToString("x16", null);

        Assert.Contains(
            $"{{ 0:Center:map.point@1#{point} 8:Samples:i16[4] 16:Tag:u8[8] 24:Sequence:i64! 32:_hits:i32 36:-:i32 }}",
            Encoding.UTF8.GetString(Shape.LayoutDescription),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Field_names_ranges_and_sets_agree()
    {
        Assert.Equal(["Id", "Balance", "Owner", "Currency", "Sequence"], Enumerable.Range(0, 5).Select(Account.FieldName));
        Assert.Equal([0, 8, 8, 8, 16, 32, 48, 2, 56, 8], Account.FieldRanges.ToArray());
        Assert.Equal(Account.FieldSet.Sequence, (Account.FieldSet)(1UL << 4));
        Assert.Equal((Account.FieldSet)0x1F, Account.FieldSet.All);
        Assert.Throws<ArgumentOutOfRangeException>(() => Account.FieldName(5));
    }

    [Fact]
    public void Line_bits_exist_where_the_layout_is_aligned_to_lines()
    {
        Assert.Equal(5, Account.FieldLines.Length);
        Assert.True(Shape.FieldLines.IsEmpty);
    }

    [Fact]
    public void Fields_of_an_explicit_layout_are_numbered_by_offset()
    {
        Assert.Equal(["First", "Second", "Third"], Enumerable.Range(0, 3).Select(Reordered.FieldName));
        Assert.Equal([0, 8, 8, 8, 16, 4], Reordered.FieldRanges.ToArray());
    }
}
