using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Access;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers;

/// <summary>
/// Follows every store through a cursor to the end of its method and reports those that are not flushed, not drained,
/// or published in the wrong order. On the one walk that tells whether there is something to follow, single expressions are
/// judged as well: a second walk would cost as much as the rest of the analysis.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DurabilityAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DurabilityRules.NeverFlushed, DurabilityRules.NeverDrained, DurabilityRules.StoreAfterFlush, DurabilityRules.PublishedTooEarly,
        DurabilityRules.LinkedTooEarly, DurabilityRules.TornGroup, DurabilityRules.WideStore, DurabilityRules.SuspendedUnpersisted,
        DurabilityRules.ArgumentUnpersisted, DurabilityRules.UnpersistedByException, DurabilityRules.ContractNotKept,
        DurabilityRules.RawEscape, DurabilityRules.Overwritten, PerformanceRules.RedundantFlush, PerformanceRules.RedundantDrain,
        PerformanceRules.SameLine, PerformanceRules.DrainInLoop, PerformanceRules.WholeObjectFlushed, PerformanceRules.FieldAsLoopVariable,
        LifetimeRules.UsedAfterDispose, LifetimeRules.OtherPool, LifetimeRules.DefaultCursor, RecordRules.PublishedBeforeReplica,
        ToolchainRules.TooLarge, .. AccessRules.All,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (MarkerTypes.Of(start.Compilation) is { } types)
            {
                var access = new AccessRules(types);
                var known = new ConcurrentDictionary<ISymbol, MethodSummary?>(SymbolEqualityComparer.Default);
                start.RegisterOperationBlockAction(block => Analyze(block, types, access, known));
            }
        });
    }

    private static void Analyze(
        OperationBlockAnalysisContext context, MarkerTypes types, AccessRules access, ConcurrentDictionary<ISymbol, MethodSummary?> known)
    {
        FlowOptions? options = null;
        Action<Diagnostic> report = context.ReportDiagnostic;
        foreach (IOperation block in context.OperationBlocks)
        {
            bool isMentioned = false;
            foreach (IOperation operation in block.DescendantsAndSelf())
            {
                isMentioned = isMentioned || IsOurs(operation.Type, types);
                access.Judge(operation, report);
            }

            if (isMentioned
                && block.Kind is OperationKind.Block or OperationKind.MethodBody or OperationKind.ConstructorBody or OperationKind.FieldInitializer or OperationKind.PropertyInitializer)
            {
                options ??= FlowOptions.Of(context.Options.AnalyzerConfigOptionsProvider.GetOptions(block.Syntax.SyntaxTree));
                var summaries = new SummaryCache(types, known, context.CancellationToken);
                Analyze(context, context.GetControlFlowGraph(block), context.OwningSymbol, types, summaries, options);
            }
        }
    }

    private static void Analyze(
        OperationBlockAnalysisContext context, ControlFlowGraph graph, ISymbol owner, MarkerTypes types, SummaryCache summaries, FlowOptions options)
    {
        List<IFlowAnonymousFunctionOperation> lambdas = [];
        try
        {
            LocalValues values = LocalValues.Of(graph, types);
            lambdas = values.Lambdas;
            Judge(context, graph, values, owner, types, summaries, options);
        }
        catch (InsufficientExecutionStackException)
        {
            ReportTooLarge(context, owner);
        }

        // The compiler builds a graph for each function that is asked for: only for those that have a cursor of their own.
        HashSet<SyntaxNode>? functions = null;
        foreach (IMethodSymbol function in graph.LocalFunctions)
        {
            functions ??= FunctionsThatMention(graph.OriginalOperation, types);
            if (function.DeclaringSyntaxReferences.Any(r => functions.Contains(r.GetSyntax(context.CancellationToken))))
            {
                Analyze(context, graph.GetLocalFunctionControlFlowGraph(function, context.CancellationToken), function, types, summaries, options);
            }
        }

        foreach (IFlowAnonymousFunctionOperation lambda in lambdas)
        {
            functions ??= FunctionsThatMention(graph.OriginalOperation, types);
            if (functions.Contains(lambda.Syntax))
            {
                Analyze(context, graph.GetAnonymousFunctionControlFlowGraph(lambda, context.CancellationToken), lambda.Symbol, types, summaries, options);
            }
        }
    }

    private static void Judge(
        OperationBlockAnalysisContext context,
        ControlFlowGraph graph,
        LocalValues values,
        ISymbol owner,
        MarkerTypes types,
        SummaryCache summaries,
        FlowOptions options)
    {
        if (StepBuilder.Build(types, graph, values, owner, summaries, options.WatchesExceptions) is not { } program)
        {
            ReportTooLarge(context, owner);
            return;
        }

        foreach (IOperation escape in program.Escapes)
        {
            string callee = escape.Parent?.Parent is IInvocationOperation call ? call.TargetMethod.Name : "a call";
            context.ReportDiagnostic(Diagnostic.Create(DurabilityRules.RawEscape, escape.Syntax.GetLocation(), escape.Syntax.ToString(), callee));
        }

        if (program.IsEmpty)
        {
            return;
        }

        new LoopRules(program, types, context.ReportDiagnostic).Check();
        var reporter = new FlowReporter(program, options.AssumesEadr, context.ReportDiagnostic);
        var solver = new FlowSolver(program, context.CancellationToken);
        solver.Run(reporter);
        if (solver.IsTooLarge)
        {
            ReportTooLarge(context, owner);
        }
        else if (solver.Exit is { } exit)
        {
            reporter.AtExit(exit);
        }
    }

    private static void ReportTooLarge(OperationBlockAnalysisContext context, ISymbol owner) =>
        context.ReportDiagnostic(Diagnostic.Create(
            ToolchainRules.TooLarge, owner.Locations.FirstOrDefault(l => l.IsInSource) ?? Location.None, owner.Name));

    private static HashSet<SyntaxNode> FunctionsThatMention(IOperation body, MarkerTypes types) =>
    [
        .. body.Descendants()
            .Where(o => o.Kind is OperationKind.AnonymousFunction or OperationKind.LocalFunction
                && o.DescendantsAndSelf().Any(inner => IsOurs(inner.Type, types)))
            .Select(o => o.Syntax),
    ];

    private static bool IsOurs(ITypeSymbol? type, MarkerTypes types) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct or TypeKind.Class } named
        && (types.IsResource(named)
            || (named.IsRefLikeType && (types.IsCursor(named) || types.IsSpan(named) || types.IsScope(named) || types.Holds(named))));
}
