using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// Many sources with markup, judged in one compilation: starting the compiler costs far more than a small source does. Each
/// row is a file of its own, in a namespace of its own.
/// </summary>
internal sealed class RowBatch
{
    private readonly ImmutableArray<Markup> _rows;
    private readonly Lazy<Task<ILookup<string, string>>> _found;

    internal RowBatch(IEnumerable<string> sources)
    {
        _rows = [.. sources.Select((s, i) => Markup.Parse(AnalyzerRun.Usings + $"namespace {Name(i)};\n" + s))];
        _found = new(FindAsync);
    }

    /// <summary>Our findings must be those of the markup, and the compiler must find no error.</summary>
    internal async Task VerifyAsync(int row)
    {
        ILookup<string, string> found = await _found.Value;

        Assert.Equal(string.Join('\n', _rows[row].Expected), string.Join('\n', found[Name(row)].Order(StringComparer.Ordinal)));
    }

    private static string Name(int row) => FormattableString.Invariant($"Row{row}");

    private async Task<ILookup<string, string>> FindAsync()
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.PreludeTree, .. _rows.Select((r, i) => AnalyzerRun.Parse(r.Source, Name(i)))]);
        ImmutableArray<Diagnostic> found = await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All);
        return compilation.GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => (Key: d.Location.SourceTree?.FilePath ?? "", Text: d.ToString()))
            .Concat(found.Select(d => (Key: d.Location.SourceTree?.FilePath ?? "", Text: d.Id == "AD0001"
                ? d.ToString()
                : Markup.Describe(d.Id, d.Location.SourceSpan.Start, AnalyzerRun.TextAt(d.Location)))))
            .ToLookup(d => d.Key, d => d.Text);
    }
}
