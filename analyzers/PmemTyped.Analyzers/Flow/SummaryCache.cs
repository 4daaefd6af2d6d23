using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// What private methods and local functions do to their cursors, found by analyzing their bodies when somebody calls
/// them. Public methods are never looked into: a contract that a caller relies on must be written.
/// </summary>
internal sealed class SummaryCache
{
    private const int MaxDepth = 3;

    private readonly MarkerTypes _types;
    private readonly ConcurrentDictionary<ISymbol, MethodSummary?> _known;
    private readonly SummaryCache? _outer;
    private readonly ISymbol? _method;
    private readonly int _depth;
    private readonly CancellationToken _cancellation;
    private bool _isCut;

    internal SummaryCache(MarkerTypes types, ConcurrentDictionary<ISymbol, MethodSummary?> known, CancellationToken cancellation)
    {
        _types = types;
        _known = known;
        _cancellation = cancellation;
    }

    private SummaryCache(SummaryCache outer, ISymbol method)
        : this(outer._types, outer._known, outer._cancellation)
    {
        _outer = outer;
        _method = method;
        _depth = outer._depth + 1;
    }

    /// <summary>The summary of a callee; null says that the call changes nothing.</summary>
    internal MethodSummary? Of(IMethodSymbol callee, ControlFlowGraph caller)
    {
        IMethodSymbol method = callee.OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        if (!Contracts.IsInferred(method))
        {
            return null;
        }

        if (_known.TryGetValue(method, out MethodSummary? known))
        {
            return known;
        }

        if (_depth >= MaxDepth || IsRunning(method))
        {
            _isCut = true;
            return null;
        }

        var inner = new SummaryCache(this, method);
        MethodSummary? summary = GraphOf(method, caller) is { } graph ? inner.Summarize(method, graph) : null;
        _isCut |= inner._isCut;
        if (!inner._isCut)
        {
            _ = _known.TryAdd(method, summary);
        }

        return summary;
    }

    private bool IsRunning(ISymbol method)
    {
        for (SummaryCache? at = this; at is not null; at = at._outer)
        {
            if (SymbolEqualityComparer.Default.Equals(at._method, method))
            {
                return true;
            }
        }

        return false;
    }

    private MethodSummary? Summarize(IMethodSymbol method, ControlFlowGraph graph)
    {
        if (StepBuilder.Build(_types, graph, LocalValues.Of(graph, _types), method, this, watchesExceptions: false) is not { IsEmpty: false } program)
        {
            return null;
        }

        var solver = new FlowSolver(program, _cancellation);
        solver.Run(null);
        if (solver.Exit is not { } exit)
        {
            return null;
        }

        ParameterSummary? receiver = null;
        var parameters = new ParameterSummary?[method.Parameters.Length];
        foreach (Root root in program.Roots.Where(r => r is { Parameter: not null, IsEarlier: false }))
        {
            if (root.Parameter!.ContainingSymbol is INamedTypeSymbol { TypeKind: TypeKind.Extension })
            {
                receiver = ParameterSummary.Of(root, exit);
            }
            else if (root.Parameter.Ordinal < parameters.Length)
            {
                parameters[root.Parameter.Ordinal] = ParameterSummary.Of(root, exit);
            }
        }

        return new MethodSummary(receiver, parameters, FlowState.UnknownOf(exit, RootTable.Fence) == 0, HasRange(program));
    }

    private static bool HasRange(FlowProgram program) =>
        Array.Exists(program.Blocks, b => Array.Exists(b, s => s.Kind == StepKind.FlushAny));

    private ControlFlowGraph? GraphOf(IMethodSymbol method, ControlFlowGraph caller)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            for (ControlFlowGraph? graph = caller; graph is not null; graph = graph.Parent)
            {
                if (graph.LocalFunctions.Contains(method, SymbolEqualityComparer.Default))
                {
                    return graph.GetLocalFunctionControlFlowGraph(method, _cancellation);
                }
            }

            return null;
        }

        SyntaxNode syntax = method.DeclaringSyntaxReferences[0].GetSyntax(_cancellation);
        return ModelOf(syntax, caller).GetOperation(syntax, _cancellation) is IMethodBodyOperation body
            ? ControlFlowGraph.Create(body, _cancellation)
            : null;
    }

    private SemanticModel ModelOf(SyntaxNode syntax, ControlFlowGraph caller) =>
        caller.OriginalOperation.SemanticModel is { } model && model.SyntaxTree == syntax.SyntaxTree
            ? model
            : OtherModel(syntax.SyntaxTree);

    // A private method may lie in another part of its type, whose model the callback is not given. It is asked for once
    // for each such method, because the summary is kept.
#pragma warning disable RS1030
    private SemanticModel OtherModel(SyntaxTree tree) => _types.Compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
}
