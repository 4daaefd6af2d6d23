using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.LockFile;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers;

/// <summary>
/// Says why a struct marked [PersistentLayout], [Utf8Text] or [VariableBytes] cannot be one, and how a layout differs from its lock file.
/// It plans exactly as the generator does, and reports what the generator keeps silent about. A plan is the dearest part
/// of looking at a layout, so everything that needs it is asked from here.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PersistentLayoutAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. LayoutRules.All, .. LockFileComparison.Rules];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            var lockFiles = new LockFileComparison(start.Options, start.CancellationToken);
            start.RegisterSymbolAction(c => Analyze(c, lockFiles), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(lockFiles.Finish);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, LockFileComparison lockFiles)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct)
        {
            return;
        }

        if (TypeNames.Attribute(type, TypeNames.PersistentLayout) is not null)
        {
            Plan<LayoutModel> plan = LayoutPlanner.Plan(type, context.Compilation, context.CancellationToken);
            Report(context, plan.Problems);
            if (plan.Model is { } model)
            {
                lockFiles.Check(context, type, model);
            }
        }
        else if (TextPlanner.IsText(type) || TextPlanner.IsBytes(type))
        {
            Report(context, TextPlanner.Plan(type, context.CancellationToken).Problems);
        }
    }

    private static void Report(SymbolAnalysisContext context, IReadOnlyList<LayoutProblem> problems)
    {
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
