// Holds one idea: the rules about what the compiler and the target must be. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class ToolchainRules
{
    private const string Category = "PmemTyped.Toolchain";

    internal static readonly DiagnosticDescriptor LanguageTooOld = new(
        "PMT9001",
        "C# 14 required",
        "The generated members of layout '{0}' need C# 14, but the project is compiled as C# {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT9001.md");

    internal static readonly DiagnosticDescriptor PlatformWithoutAtomicStore = new(
        "PMT9003",
        "Target without atomic 8-byte store",
        "Publish field '{0}' needs an atomic 8-byte store, which {1} does not promise",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT9003.md");

    internal static readonly DiagnosticDescriptor TooLarge = new(
        "PMT9004",
        "Method too large to analyze",
        "'{0}' is too large: its stores are not checked",
        Category,
        DiagnosticSeverity.Hidden,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT9004.md");
}
