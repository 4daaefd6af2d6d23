using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers;

/// <summary>
/// Says why a struct marked [PersistentLayout] or [Utf8Text] cannot be one. It plans exactly as the generator does,
/// and reports what the generator keeps silent about.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PersistentLayoutAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => LayoutRules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct)
        {
            return;
        }

        IReadOnlyList<LayoutProblem> problems =
            TypeNames.Attribute(type, TypeNames.PersistentLayout) is not null
                ? LayoutPlanner.Plan(type, context.Compilation, context.CancellationToken).Problems
            : TypeNames.Attribute(type, TypeNames.Utf8Text) is not null
                ? TextPlanner.Plan(type, context.CancellationToken).Problems
            : [];
        foreach (LayoutProblem problem in problems)
        {
            if (LayoutRules.Of(problem.Kind) is { } rule)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    rule, LocationOf(problem.Symbol), PropertiesOf(problem), problem.Symbol.Name, problem.Detail));
            }
        }
    }

    private static ImmutableDictionary<string, string?> PropertiesOf(LayoutProblem problem) => problem.Gap == 0
        ? ImmutableDictionary<string, string?>.Empty
        : ImmutableDictionary<string, string?>.Empty.Add(FixKeys.Bytes, problem.Gap.ToString(CultureInfo.InvariantCulture));

    private static Location LocationOf(ISymbol symbol) =>
        symbol.Locations.FirstOrDefault(l => l.SourceTree is { } tree && !TypeNames.IsGenerated(tree)) ?? Location.None;
}
