using System.Globalization;
using PmemTyped.Tool.Documents;
using Spectre.Console;

namespace PmemTyped.Tool;

/// <summary>The facts of a pool for people: coloured on a terminal, plain aligned text elsewhere.</summary>
internal static class InfoView
{
    // Wide enough that plain text is never wrapped.
    private const int PlainWidth = 10_000;

    /// <summary>Writes the facts.</summary>
    internal static void Write(ToolConsole console, InfoDocument pool)
    {
        if (console.IsTerminal)
        {
            Render(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Output) }), pool);
            return;
        }

        using var text = new StringWriter();
        Render(Plain(text), pool);
        foreach (ReadOnlySpan<char> line in text.ToString().AsSpan().TrimEnd().EnumerateLines())
        {
            console.Output.WriteLine(line.TrimEnd());
        }
    }

    // The defaults look at environment variables of build servers and would colour redirected text there.
    private static IAnsiConsole Plain(TextWriter writer)
    {
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(writer),
        });
        plain.Profile.Width = PlainWidth;
        return plain;
    }

    private static void Render(IAnsiConsole console, InfoDocument pool)
    {
        Section(console, "Pool", PoolFacts(pool));
        Section(console, "Header", HeaderFacts(pool));
        Section(console, "Application area", ApplicationFacts(pool.ApplicationArea));
        foreach (ArenaDocument arena in pool.Arenas)
        {
            string planned = pool.IsLaidOut ? string.Empty : ", planned";
            Section(console, Invariant($"Arena {arena.Index}{planned}"), ArenaFacts(arena));
        }
    }

    private static void Section(IAnsiConsole console, string title, IEnumerable<(string Name, string Value)> facts)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0), Width = 18 });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, string value) in facts)
        {
            grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
        }

        console.Write(new Text(title, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        console.Write(grid);
        console.WriteLine();
    }

    private static IEnumerable<(string Name, string Value)> PoolFacts(InfoDocument pool) =>
    [
        ("Path", pool.Path),
        ("Size", Size(pool.PoolBytes)),
        ("Block size", Invariant($"{pool.BlockSize} bytes")),
        ("Blocks", Invariant($"{pool.BlockCount}")),
        ("Layout", pool.IsLaidOut ? "written" : "not written yet; the first write does it"),
        ("Zeroed when made", YesNo(pool.IsZeroed)),
        ("Dirty", pool.IsDirty ? "yes, not closed cleanly" : "no"),
    ];

    private static IEnumerable<(string Name, string Value)> HeaderFacts(InfoDocument pool) =>
    [
        ("Created", pool.Created.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        ("Pool set UUID", pool.PoolSetUuid.ToString()),
        ("Part UUID", pool.PartUuid.ToString()),
        ("Compat", Features(pool.CompatFeatures)),
        ("Incompat", Features(pool.IncompatFeatures)),
        ("Read-only compat", Features(pool.ReadOnlyCompatFeatures)),
    ];

    private static IEnumerable<(string Name, string Value)> ApplicationFacts(ApplicationAreaDocument area)
    {
        yield return ("Size", Invariant($"{area.SizeBytes} bytes"));
        yield return ("Content", area.IsEmpty ? "empty" : Invariant($"{area.UsedBytes} bytes"));
        if (area.RecordLayout is { } layout)
        {
            yield return ("Record layout", layout);
        }

        if (area.Problem is { } problem)
        {
            yield return ("No record layout", problem);
            yield return ("First bytes", area.FirstBytes ?? string.Empty);
        }
    }

    private static IEnumerable<(string Name, string Value)> ArenaFacts(ArenaDocument arena) =>
    [
        ("Blocks", Invariant($"{arena.BlockCount}")),
        ("Internal blocks", Invariant($"{arena.InternalBlockCount} of {arena.InternalBlockSize} bytes")),
        ("Free blocks", Invariant($"{arena.FreeBlockCount}")),
        ("Info block at", Offset(arena.Offset)),
        ("Data at", Offset(arena.DataOffset)),
        ("Map at", Offset(arena.MapOffset)),
        ("Flog at", Offset(arena.FlogOffset)),
        ("Info copy at", Offset(arena.InfoCopyOffset)),
    ];

    private static string Size(long bytes) => Invariant($"{bytes} bytes ({ByteSize.Rounded(bytes)})");

    private static string Offset(long offset) => Invariant($"0x{offset:X}");

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Features(FeatureWordDocument word) => word.Value == 0
        ? "none"
        : Invariant($"0x{word.Value:X} [{string.Join(", ", word.Names)}]");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
