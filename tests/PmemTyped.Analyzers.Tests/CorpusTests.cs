using System.Globalization;
using Microsoft.CodeAnalysis;
using Xunit.Abstractions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// How good the analyzers are on small whole programs of our own: each buggy one has one seeded bug, each correct one has
/// none. Classes follow those of pmemcheck and PMDebugger.
/// </summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const double MinRecall = 0.95;
    private const double MaxFalseAlarms = 0.01;

    // What the analysis is known not to see; each is a trade for silence elsewhere.
    private static readonly string[] s_knownMisses = ["private method only used as a delegate"];

    [Fact]
    public async Task Bugs_are_found_and_correct_programs_are_left_alone()
    {
        ILookup<string, string> found = await JudgeAsync();
        Assert.Equal("", string.Join('\n', found["compiler"]));
        CorpusProgram[] buggy = [.. CorpusProgram.All.Where(p => p.IsBuggy)];
        CorpusProgram[] correct = [.. CorpusProgram.All.Where(p => !p.IsBuggy)];
        CorpusProgram[] missed = [.. buggy.Where(p => !p.Expected.Any(found[Key(p)].Contains))];
        CorpusProgram[] alarmed = [.. correct.Where(p => found[Key(p)].Any())];

        foreach (var group in buggy.GroupBy(p => p.Class))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{group.Key}: {group.Count(p => !missed.Contains(p))} of {group.Count()} found"));
        }

        foreach (var group in correct.GroupBy(p => p.Class))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{group.Key}: {group.Count(alarmed.Contains)} of {group.Count()} alarmed"));
        }

        double recall = 1 - ((double)missed.Length / buggy.Length);
        double falseAlarms = (double)alarmed.Length / correct.Length;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"recall {recall:P1} of {buggy.Length}, false alarms {falseAlarms:P1} of {correct.Length}"));
        string details = string.Join('\n', missed.Select(p => $"missed: {p.Class}, {p.Name}: {string.Join(' ', found[Key(p)])}")
            .Concat(alarmed.Select(p => $"alarmed: {p.Class}, {p.Name}: {string.Join(' ', found[Key(p)])}")));
        output.WriteLine(details);

        Assert.True(buggy.Length >= 120 && correct.Length >= 120, "the corpus has shrunk");
        Assert.True(recall >= MinRecall && falseAlarms <= MaxFalseAlarms, details);
        Assert.Equal(s_knownMisses, missed.Select(p => p.Name));
    }

    private static string Key(CorpusProgram program) => $"{program.Class}/{program.Name}";

    private static async Task<ILookup<string, string>> JudgeAsync()
    {
        var trees = CorpusProgram.All.Select((p, i) => AnalyzerRun.Parse(
            AnalyzerRun.Usings + FormattableString.Invariant($"namespace Program{i};\n") + p.Source, Key(p)));
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.PreludeTree, .. trees]);
        var errors = compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => ("compiler", d.ToString()));
        var ours = (await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All))
            .Where(d => !d.IsSuppressed)
            .Select(d => (d.Location.SourceTree?.FilePath ?? "", d.Id));
        return errors.Concat(ours).ToLookup(d => d.Item1, d => d.Item2);
    }
}
