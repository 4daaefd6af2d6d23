using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PmemTyped.Analyzers.Tests;

/// <summary>What a layout needs of the compiler and of the target.</summary>
public class ToolchainTests
{
    private const string Layout = "[PmemTyped.PersistentLayout(\"s\")] public partial struct S { [PmemTyped.PublishField] public ulong A; }";

    [Theory]
    [InlineData(LanguageVersion.CSharp14, Platform.X64, "")]
    [InlineData(LanguageVersion.Latest, Platform.AnyCpu, "")]
    [InlineData(LanguageVersion.CSharp13, Platform.X64, "PMT9001")]
    [InlineData(LanguageVersion.CSharp12, Platform.Arm64, "PMT9001")]
    [InlineData(LanguageVersion.CSharp14, Platform.X86, "PMT9003")]
    [InlineData(LanguageVersion.CSharp14, Platform.Arm, "PMT9003")]
    public async Task Language_and_platform_are_checked(LanguageVersion language, Platform platform, string expected)
    {
        Assert.Equal(expected, await FoundAsync(Layout, language, platform));
    }

    [Fact]
    public async Task A_layout_without_publish_field_runs_everywhere() => Assert.Equal(
        "", await FoundAsync("[PmemTyped.PersistentLayout(\"s\")] public partial struct S { public ulong A; }", LanguageVersion.CSharp14, Platform.X86));

    [Theory]
    [InlineData("System.Threading.SpinLock", "PMT3009")]
    [InlineData("System.Threading.CancellationToken", "PMT3009")]
    [InlineData("System.Threading.Lock", "PMT3009")]
    [InlineData("long", "")]
    public async Task State_of_the_process_is_no_field(string type, string expected) => Assert.Equal(
        expected,
        await FoundAsync($"[PmemTyped.PersistentLayout(\"s\")] public partial struct S {{ public ulong A; public {type} B; }}", LanguageVersion.CSharp14, Platform.X64));

    private static async Task<string> FoundAsync(string source, LanguageVersion language, Platform platform)
    {
        var compilation = CSharpCompilation.Create(
            "Layouts",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(language))],
            AnalyzerRun.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, platform: platform));
        return string.Join(' ', (await AnalyzerRun.AnalyzeAsync(compilation, [new ToolchainAnalyzer()])).Select(d => d.Id));
    }
}
