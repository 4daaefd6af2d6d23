using Spectre.Console;

namespace PmemTyped.Tool;

/// <summary>Titled lists of facts for people: coloured on a terminal, plain aligned text elsewhere.</summary>
internal static class FactsView
{
    // Wide enough that plain text is never wrapped.
    private const int PlainWidth = 10_000;

    /// <summary>Writes the sections, an empty line between them.</summary>
    internal static void Write(ToolConsole console, IReadOnlyList<FactsSection> sections)
    {
        if (console.IsTerminal)
        {
            Render(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Output) }), sections);
            return;
        }

        using var text = new StringWriter();
        Render(Plain(text), sections);
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

    private static void Render(IAnsiConsole console, IReadOnlyList<FactsSection> sections)
    {
        foreach (FactsSection section in sections)
        {
            var grid = new Grid();
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0), Width = 18 });
            grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
            foreach ((string name, string value) in section.Facts)
            {
                grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
            }

            console.Write(new Text(section.Title, new Style(decoration: Decoration.Bold)));
            console.WriteLine();
            console.Write(grid);
            console.WriteLine();
        }
    }
}
