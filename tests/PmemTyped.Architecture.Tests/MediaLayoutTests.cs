using System.Runtime.InteropServices;

namespace PmemTyped.Architecture.Tests;

/// <summary>Every on-media struct is legible: the bytes are what the declaration says, on every machine.</summary>
public sealed class MediaLayoutTests
{
    private const int LineBytes = 64;

    [Fact]
    public void Every_struct_of_a_layout_namespace_is_marked_as_on_media()
    {
        Golden.None("Not marked [OnMedia]", MediaStruct.All.Where(s => !s.HasMark).Select(s => s.Name));
        Assert.NotEmpty(MediaStruct.All);
    }

    [Fact]
    public void Every_on_media_struct_states_its_layout_and_size() => Golden.None(
        "Without explicit layout, or with another size than stated",
        MediaStruct.All
            .Where(s => s.Type.StructLayoutAttribute!.Value != LayoutKind.Explicit || s.StatedBytes != s.RunTimeBytes)
            .Select(s => FormattableString.Invariant($"{s.Name}: states {s.StatedBytes}, has {s.RunTimeBytes}")));

    [Fact]
    public void Every_on_media_field_has_a_fixed_width() => Golden.None(
        "Fields of types that differ between processes, processors or versions of the runtime",
        Fields((_, f) => f.SizeBytes == 0));

    [Fact]
    public void The_fields_of_an_on_media_struct_cover_it_exactly() => Golden.None(
        "Holes and overlaps",
        MediaStruct.All.SelectMany(Gaps));

    [Fact]
    public void Every_on_media_field_is_naturally_aligned() => Golden.None(
        "Misaligned fields",
        Fields((_, f) => f.AlignmentBytes > 0 && f.Offset % f.AlignmentBytes != 0));

    [Fact]
    public void No_field_of_our_own_formats_crosses_a_cache_line() => Golden.None(
        "Fields in two cache lines",
        Fields((s, f) => !s.IsForeign && f.Offset / LineBytes != (f.End - 1) / LineBytes));

    private static IEnumerable<string> Fields(Func<MediaStruct, MediaField, bool> isWrong) => MediaStruct.All
        .SelectMany(s => s.Fields.Where(f => isWrong(s, f)).Select(f => FormattableString.Invariant(
            $"{s.Name}.{f.Name} at {f.Offset}: {f.Field.FieldType.Name}")));

    private static IEnumerable<string> Gaps(MediaStruct media)
    {
        int end = 0;
        foreach (MediaField field in media.Fields)
        {
            if (field.Offset != end)
            {
                yield return FormattableString.Invariant(
                    $"{media.Name}: byte {end} comes before {field.Name}, which is at {field.Offset}");
            }

            end = field.End;
        }

        if (end != media.StatedBytes)
        {
            yield return FormattableString.Invariant($"{media.Name}: the fields end at {end}, the struct at {media.StatedBytes}");
        }
    }
}
