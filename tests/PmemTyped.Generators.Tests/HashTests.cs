using Microsoft.CodeAnalysis;
using PmemTyped.Schema;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>The hash is on-media format: what it covers, what not, and its value for a known text.</summary>
public class HashTests
{
    private const string Original = """[PersistentLayout("s")] public partial struct S { public long A; [Reserved] internal int _r; public int B; }""";

    [Theory]
    [InlineData("""[PersistentLayout("s")] public partial struct T { public long X; [Reserved] internal int _pad; public int Y; }""", "renamed type and fields")]
    [InlineData("""[PersistentLayout("s")] public partial struct S { public long A; [Reserved] internal Two _r; public int B; } [InlineArray(2)] struct Two { ushort _e; }""", "reserved bytes of another type")]
    [InlineData("""[PersistentLayout("s", Alignment = 8)] public partial struct S { public long A; [Reserved] internal int _r; public E B; } public enum E { None }""", "enum of the same width")]
    public void What_media_cannot_show_keeps_the_hash(string changed, string change)
    {
        Assert.True(HashOf(Original) == HashOf(changed), change);
    }

    [Theory]
    [InlineData("""[PersistentLayout("t")] public partial struct S { public long A; [Reserved] internal int _r; public int B; }""", "name")]
    [InlineData("""[PersistentLayout("s", Version = 2)] public partial struct S { public long A; [Reserved] internal int _r; public int B; }""", "version")]
    [InlineData("""[PersistentLayout("s", Alignment = 16)] public partial struct S { public long A; [Reserved] internal int _r; public int B; }""", "alignment")]
    [InlineData("""[PersistentLayout("s")] public partial struct S { public long A; public int B; [Reserved] internal int _r; }""", "offset")]
    [InlineData("""[PersistentLayout("s")] public partial struct S { public long A; [Reserved] internal int _r; public uint B; }""", "type")]
    [InlineData("""[PersistentLayout("s")] public partial struct S { [PublishField] public long A; [Reserved] internal int _r; public int B; }""", "publish mark")]
    public void What_media_shows_changes_the_hash(string changed, string change)
    {
        Assert.True(HashOf(Original) != HashOf(changed), change);
    }

    [Fact]
    public void A_nested_layout_passes_its_change_on()
    {
        const string Outer = "[PersistentLayout(\"o\")] public partial struct O { public N N; } ";

        Assert.NotEqual(
            HashOf(Outer + "[PersistentLayout(\"n\")] public partial struct N { public int A; }"),
            HashOf(Outer + "[PersistentLayout(\"n\")] public partial struct N { public uint A; }"));
    }

    // Computed independently: printf '%s' '<wire text>' | sha256sum | cut -c1-16
    [Fact]
    public void The_hash_is_the_first_sixteen_digits_of_the_digest_of_the_wire_text()
    {
        LayoutModel model = ModelOf(Original);

        Assert.Equal("s@1 size=16 align=8 { 0:i64 12:i32 }", LayoutText.Wire("s", 1, 16, 8, model.Fields));
        Assert.Equal("22203edaf3205372", LayoutText.HashText(model.Hash));
        Assert.Equal("s@1 size=16 align=8 hash=22203edaf3205372 { 0:A:i64 8:-:i32 12:B:i32 }", LayoutText.Description(model));
    }

    private static ulong HashOf(string source) => ModelOf(source).Hash;

    private static LayoutModel ModelOf(string source) => GeneratorRun.Run(source).GetRunResult().Results.Single()
        .TrackedSteps[TrackingNames.Layout]
        .SelectMany(s => s.Outputs)
        .Select(o => (LayoutModel)o.Value)
        .First();
}
