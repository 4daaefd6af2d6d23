using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace PmemTyped.Analyzers.Tests;

/// <summary>The lock file remembers what is on media; each kind of change is told from the others.</summary>
public class LockFileTests
{
    private const string Head = "[PersistentLayout(\"shop.item\"";
    private const string Two = ")] public partial struct Account2 { public long Id; public long Balance; }";

    private const string More = "[VariableLength] public T16 Text;";
    private const string Less = "[VariableLength] public T8 Text; [Reserved] private long _r;";

    private const string Kept = Head + ")] public partial struct Old { public long Id; public long Balance; }";

    internal static IEnumerable<string> Fixed => ["PMT4001", "PMT4002", "PMT4003", "PMT4004", "PMT4005", "PMT4006", "PMT4007", "PMT4010"];

    public static TheoryData<string, string, string, string> Cases { get; } = new()
    {
        { "no line", Head + Two, "", "PMT4001" },
        { "line present", Head + Two, Line(Head + Two), "" },
        { "field added", Head + ")] public partial struct Account2 { public long Id; public long Balance; public long Flags; }", Line(Head + Two), "PMT4002" },
        { "equal fields exchanged", Head + ")] public partial struct Account2 { public long Balance; public long Id; }", Line(Head + Two), "PMT4002" },
        { "field of another type", Head + ")] public partial struct Account2 { public long Id; public ulong Balance; }", Line(Head + Two), "PMT4002" },
        { "field removed", Head + ")] public partial struct Account2 { public long Id; [Reserved] public long _r; }", Line(Head + Two), "PMT4002" },
        { "reserved bytes named otherwise", Head + ")] public partial struct Account2 { public long Id; [Reserved] public long _s; }", Line(Head + ")] public partial struct Account2 { public long Id; [Reserved] public long _r; }"), "" },
        { "field renamed", Head + ")] public partial struct Account2 { public long Id; public long Amount; }", Line(Head + Two), "PMT4010" },
        { "new version", Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }", Line(Head + Two), "PMT4001 PMT4004" },
        { "only the version is new", Head + ", Version = 2" + Two, Line(Head + Two), "PMT4001 PMT4005" },
        { "version backwards", Head + Two, Line(Head + ", Version = 2" + Two), "PMT4009" },
        { "type gone", "", Line(Head + Two), "PMT4003" },
        { "type gone and retired", "", Line(Head + Two) + " retired", "" },
        { "malformed", "", "shop.item 1", "PMT4007" },
        { "twice", Head + Two, Line(Head + Two) + "\n" + Line(Head + Two), "PMT4007" },
        { "out of order", Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }", Line(Head + Two) + "\n" + Line(Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }"), "PMT4004 PMT4007" },
        { "comments and blank lines", Head + Two, "# layouts\n\n" + Line(Head + Two), "" },
        { "retired bytes", Head + ", Version = 3)] public partial struct Account2 { public long Id; public long Limit; }", Line(Head + ", Version = 2)] public partial struct Account2 { public long Id; [Reserved] public long _r; }") + "\n" + Line(Head + Two), "PMT4001 PMT4008" },
        { "one name twice", Head + Two + Head + ")] public partial struct Account3 { public long Id; public long Balance; }", Line(Head + Two), "PMT0017" },
        { "old version kept beside the new one", Head + Two + Head + ", Version = 2)] public partial struct Account3 { public long Id; public ulong Balance; [MigratesFrom(typeof(Account2))] static void Up(in Account2 from, out Account3 to) => to = default; }", Line(Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }") + "\n" + Line(Head + Two), "" },
        { "old version alone", Head + Two, Line(Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }") + "\n" + Line(Head + Two), "PMT4009" },
        { "old version kept without its line", Head + Two + Head + ", Version = 2)] public partial struct Account3 { public long Id; public ulong Balance; }", Line(Head + ", Version = 2)] public partial struct Account2 { public long Id; public ulong Balance; }"), "PMT4001" },
        { "type changed without migration", Next("public long Id; public ulong Balance;"), Recorded("public long Id; public ulong Balance;"), "PMT4004" },
        { "fields exchanged without migration", Next("public long Balance; public long Id;"), Recorded("public long Balance; public long Id;"), "PMT4004" },
        { "field appended without migration", Next("public long Id; public long Balance; public long Flags;"), Recorded("public long Id; public long Balance; public long Flags;"), "PMT4006" },
        { "field given up", Next("public long Id; [Reserved] public long _r;"), Recorded("public long Id; [Reserved] public long _r;"), "" },
        { "field renamed in a new version", Next("public long Id; public long Amount;"), Recorded("public long Id; public long Amount;"), "" },
        { "type changed with migration", Next("public long Id; public ulong Balance; [MigratesFrom(typeof(Old))] static void Up(in Old from, out Account2 to) { to = default; to.Id = from.Id; }") + Kept, Recorded("public long Id; public ulong Balance;"), "" },
        { "migration from another version", Head + ", Version = 3)] public partial struct Account2 { public long Id; public ulong Balance; [MigratesFrom(typeof(Old))] static void Up(in Old from, out Account2 to) => to = default; }" + Kept, Line(Head + ", Version = 3)] public partial struct Account2 { public long Id; public ulong Balance; }") + "\n" + Line(Head + ", Version = 2)] public partial struct Account2 { public ulong Balance; public long Id; }") + "\n" + Line(Head + Two), "PMT4004" },
        { "text with more room", Card(2, More), Line(Card(2, More)) + "\n" + Line(Card(1, Less)), "" },
        { "text with less room", Card(2, Less), Line(Card(2, Less)) + "\n" + Line(Card(1, More)), "PMT4004" },
        { "text made fixed", Card(2, "public T16 Text;"), Line(Card(2, "public T16 Text;")) + "\n" + Line(Card(1, More)), "PMT4004" },
        { "old version retired", Next("public long Id; public ulong Balance;"), Recorded("public long Id; public ulong Balance;") + " retired", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_change_is_told_from_the_others(string name, string source, string recorded, string expected)
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.Parse(AnalyzerRun.Usings + source, "Source.cs")], "PMT4001");

        ImmutableArray<Diagnostic> found = await AnalyzerRun.AnalyzeAsync(
            compilation, AnalyzerRun.All, new Text("dir/PersistentLayouts.Unshipped.txt", recorded));

        Assert.Equal((name, expected), (name, string.Join(' ', found.Select(d => d.Id).Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task The_message_ends_with_the_line_that_is_missing()
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.Parse(AnalyzerRun.Usings + Head + Two, "Source.cs")], "PMT4001");

        Diagnostic missing = Assert.Single(await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All));

        string line = missing.GetMessage(CultureInfo.InvariantCulture).Split(": ", 2)[1];
        Assert.Empty(await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All, new Text("dir/PersistentLayouts.Unshipped.txt", line)));
    }

    [Fact]
    public async Task Fields_of_a_recorded_layout_keep_their_order()
    {
        const string Loose = Head + ")] public partial struct Loose { public int A; public long B; public int C; }";

        var (free, _, _) = await FixRun.ApplyAsync(AnalyzerRun.Usings + Loose, "PMT0008");
        var (kept, _, _) = await FixRun.ApplyAsync(AnalyzerRun.Usings + Loose, "PMT0008", 0, ("PersistentLayouts.Shipped.txt", Line(Loose)));

        Assert.True(free.IndexOf(" B;", StringComparison.Ordinal) < free.IndexOf(" A;", StringComparison.Ordinal));
        Assert.True(kept.IndexOf(" A;", StringComparison.Ordinal) < kept.IndexOf(" B;", StringComparison.Ordinal));
        Assert.Contains("_reserved0", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recording_makes_both_files_and_keeps_them_in_order()
    {
        string source = AnalyzerRun.Usings + "[PersistentLayout(\"b\")] public partial struct B { public long A; }\n[PersistentLayout(\"a\")] public partial struct A { public long X; }";

        var (_, left, solution) = await FixRun.ApplyAsync(source, "PMT4001");

        Project project = solution.Projects.Single();
        string text = (await project.AdditionalDocuments.Single(d => d.Name == "PersistentLayouts.Unshipped.txt").GetTextAsync()).ToString();
        Assert.Equal(["a@1", "b@1"], text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..3]));
        Assert.Contains(project.AdditionalDocuments, d => d.Name == "PersistentLayouts.Shipped.txt");
        Assert.Empty(left);
    }

    [Fact]
    public async Task Recording_keeps_comments_and_line_endings()
    {
        string source = AnalyzerRun.Usings + "[PersistentLayout(\"b\")] public partial struct B { public long A; }";

        var (_, _, solution) = await FixRun.ApplyAsync(source, "PMT4001", 0, ("PersistentLayouts.Unshipped.txt", "# ours\r\n"));

        string text = (await solution.Projects.Single().AdditionalDocuments.First().GetTextAsync()).ToString();
        Assert.StartsWith("# ours\r\nb@1 ", text, StringComparison.Ordinal);
        Assert.EndsWith("}\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_layout_becomes_a_new_version()
    {
        string source = AnalyzerRun.Usings + Head + ")] public partial struct Account2 { public long Id; }";

        var (text, left, _) = await FixRun.ApplyAsync(source, "PMT4002", 0, ("PersistentLayouts.Unshipped.txt", Line(Head + Two)));

        Assert.Contains("[PersistentLayout(\"shop.item\", Version = 2)]", text, StringComparison.Ordinal);
        Assert.Equal(["PMT4001", "PMT4006"], left);
    }

    [Fact]
    public async Task A_version_that_changes_nothing_is_taken_back()
    {
        string source = AnalyzerRun.Usings + Head + ", Version = 2" + Two;

        var (text, left, _) = await FixRun.ApplyAsync(source, "PMT4005", 0, ("PersistentLayouts.Unshipped.txt", Line(Head + Two)));

        Assert.Contains("[PersistentLayout(\"shop.item\", Version = 1)]", text, StringComparison.Ordinal);
        Assert.Empty(left);
    }

    [Theory]
    [InlineData("PMT4004", "public long Id; public ulong Balance; ", "to.Id = from.Id;")]
    [InlineData("PMT4006", "public long Id; public long Balance; public long Flags; ", "to.Id = from.Id; to.Balance = from.Balance;")]
    public async Task A_migration_copies_what_stayed_the_same(string id, string members, string copied)
    {
        string source = AnalyzerRun.Usings + Next(members) + "\n" + Kept;

        var (text, left, _) = await FixRun.ApplyAsync(source, id, 0, ("PersistentLayouts.Unshipped.txt", Recorded(members)));

        Assert.Contains("[MigratesFrom(typeof(Old))]", text, StringComparison.Ordinal);
        Assert.All(copied.Split("; "), c => Assert.Contains(c.TrimEnd(';') + ";", text, StringComparison.Ordinal));
        Assert.Empty(left);
    }

    [Fact]
    public async Task A_renamed_field_is_recorded_anew()
    {
        string source = AnalyzerRun.Usings + Head + ")] public partial struct Account2 { public long Id; public long Amount; }";

        var (_, left, solution) = await FixRun.ApplyAsync(source, "PMT4010", 0, ("PersistentLayouts.Unshipped.txt", Line(Head + Two)));

        string text = (await solution.Projects.Single().AdditionalDocuments.First().GetTextAsync()).ToString();
        Assert.Contains("8:Amount:i64", text, StringComparison.Ordinal);
        Assert.Empty(left);
    }

    [Theory]
    [InlineData("PMT4003", "a@1 size=8 align=8 hash=0 { 0:X:i64 }\n", "a@1 size=8 align=8 hash=0 { 0:X:i64 } retired\n")]
    [InlineData("PMT4007", "b@1 size=8 align=8 hash=0 { 0:X:i64 }\na@1 size=8 align=8 hash=0 { 0:X:i64 }\n", "a@1 size=8 align=8 hash=0 { 0:X:i64 }\nb@1 size=8 align=8 hash=0 { 0:X:i64 }\n")]
    [InlineData("PMT4007", "a@1 size=8 align=8 hash=0 { 0:X:i64 }\na@1 size=8 align=8 hash=0 { 0:X:i64 }\n", "a@1 size=8 align=8 hash=0 { 0:X:i64 }\n")]
    [InlineData("PMT4007", "a@1 size=8 align=8 hash=0 { 0:X:i64 }\na@1 size=8 align=8 hash=1 { 0:Y:i64 }\n", null)]
    [InlineData("PMT4007", "nothing\n", null)]
    public async Task A_line_is_repaired_where_nothing_is_lost(string id, string before, string? after) =>
        Assert.Equal(after, await FixRun.FixTextAsync("PersistentLayouts.Shipped.txt", before, id));

    private static string Next(string members) => Head + ", Version = 2)] public partial struct Account2 { " + members + " }";

    private static string Recorded(string members) => Line(Next(members)) + "\n" + Line(Head + Two);

    private static string Card(int version, string members) =>
        FormattableString.Invariant($"[PersistentLayout(\"shop.card\", Version = {version})] [BlockRecord] public partial struct Card {{ public long Id; {members} }} ")
        + "[Utf8Text(8)] public partial struct T8; [Utf8Text(16)] public partial struct T16;";

    /// <summary>The line of the only layout in a source.</summary>
    private static string Line(string source)
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.Parse(AnalyzerRun.Usings + source, "Source.cs")]);
        const string Start = "LayoutDescription => \"";
        string text = compilation.SyntaxTrees.Select(t => t.ToString()).Last(t => t.Contains(Start, StringComparison.Ordinal));
        int at = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return text[at..text.IndexOf("\"u8", at, StringComparison.Ordinal)];
    }

    private sealed class Text(string path, string content) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
    }
}
