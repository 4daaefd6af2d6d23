using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PmemTyped.Analyzers.Tests;

/// <summary>Compiler warnings about fields of layouts are taken back; those about other fields stay.</summary>
public class SuppressorTests
{
    private const string Fields = "internal int _read; private int _never; public readonly int Read() => _read;";

    [Fact]
    public async Task Fields_of_a_layout_that_nobody_assigns_or_uses_are_accepted()
    {
        // The layout has an error, so nothing generated touches its fields.
        string[] warnings = await WarningsOfAsync("[PersistentLayout(\"s\", Version = 0)] internal partial struct S { " + Fields + " }");

        Assert.Equal(["CS0169 suppressed", "CS0649 suppressed"], warnings);
    }

    [Fact]
    public async Task Reserved_fields_of_a_sound_layout_leave_no_warning()
    {
        string[] warnings = await WarningsOfAsync("[PersistentLayout(\"s\")] internal partial struct S { private int _a; [Reserved] private int _r; }");

        Assert.DoesNotContain(warnings, w => !w.EndsWith("suppressed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Storage_of_mapped_properties_behind_fields_leaves_no_warning()
    {
        string[] warnings = await WarningsOfAsync("[PersistentLayout(\"s\")] public partial struct S { public int A; public partial int B { get; set; } }");

        Assert.Equal(["CS0282 suppressed"], warnings);
    }

    [Fact]
    public async Task A_layout_of_mapped_properties_alone_has_no_warning_to_take_back()
    {
        Assert.Empty(await WarningsOfAsync("[PersistentLayout(\"s\")] public partial struct S { public partial int A { get; set; } public partial int B { get; set; } }"));
    }

    [Fact]
    public async Task Fields_of_other_structs_keep_their_warnings()
    {
        string[] warnings = await WarningsOfAsync("internal struct S { " + Fields + " }");

        Assert.Equal(["CS0169", "CS0649"], warnings);
    }

    private static async Task<string[]> WarningsOfAsync(string source)
    {
        Compilation compilation = AnalyzerRun.Generate(AnalyzerRun.Usings + source);
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        ImmutableArray<Diagnostic> all = await new CompilationWithAnalyzers(
            compilation, [new LayoutFieldSuppressor()], options).GetAllDiagnosticsAsync(CancellationToken.None);
        return
        [
            .. all.Where(d => d.Id.StartsWith("CS", StringComparison.Ordinal) && d.Severity >= DiagnosticSeverity.Warning)
                .Select(d => d.IsSuppressed ? d.Id + " suppressed" : d.Id)
                .Order(StringComparer.Ordinal),
        ];
    }
}
