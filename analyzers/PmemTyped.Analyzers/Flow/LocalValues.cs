using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// What is assigned to each local, parameter and flow capture of one graph; gathered before the analysis, so that aliases
/// can be resolved in any order.
/// </summary>
internal sealed class LocalValues
{
    private static readonly List<IOperation?> s_nothing = [];
    private readonly Dictionary<ISymbol, List<IOperation?>> _symbols = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, List<IOperation?>> _captures = [];
    private readonly MarkerTypes _types;

    private LocalValues(MarkerTypes types) => _types = types;

    /// <summary>Gets the number of operations in the graph.</summary>
    internal int Operations { get; private set; }

    /// <summary>Gets a value indicating whether some block can run twice.</summary>
    internal bool HasLoop { get; private set; }

    /// <summary>Gets the lambdas of the graph, not those inside of them.</summary>
    internal List<IFlowAnonymousFunctionOperation> Lambdas { get; } = [];

    internal static LocalValues Of(ControlFlowGraph graph, MarkerTypes types)
    {
        var values = new LocalValues(types);
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (IOperation operation in block.Operations)
            {
                values.Visit(operation);
            }

            if (block.BranchValue is not null)
            {
                values.Visit(block.BranchValue);
            }

            values.HasLoop |= block.FallThroughSuccessor?.Destination?.Ordinal <= block.Ordinal
                || block.ConditionalSuccessor?.Destination?.Ordinal <= block.Ordinal;
        }

        return values;
    }

    /// <summary>The values given to a local or parameter; null stands for one that cannot be seen.</summary>
    internal List<IOperation?> ValuesOf(ISymbol symbol) => _symbols.TryGetValue(symbol, out var values) ? values : s_nothing;

    internal List<IOperation?> ValuesOf(CaptureId capture) => _captures.TryGetValue(capture, out var values) ? values : s_nothing;

    /// <summary>The local or parameter that a target names; a target before a value with branches is captured first.</summary>
    internal ISymbol? SymbolOf(IOperation operation) =>
        operation.Kind == OperationKind.FlowCaptureReference
        && ValuesOf(((IFlowCaptureReferenceOperation)operation).Id) is { Count: 1 } given && given[0] is { } value
            ? NameOf(value)
            : NameOf(operation);

    /// <summary>Whether a transaction gives the value: then it makes durable, or undoes, what is stored through it.</summary>
    internal bool IsOfTransaction(IOperation? value) =>
        value is IInvocationOperation call && _types.IsTransaction(call.Instance?.Type);

    private static ISymbol? NameOf(IOperation operation) => operation.Kind switch
    {
        OperationKind.LocalReference => ((ILocalReferenceOperation)operation).Local,
        OperationKind.ParameterReference => ((IParameterReferenceOperation)operation).Parameter,
        OperationKind.DeclarationExpression => NameOf(((IDeclarationExpressionOperation)operation).Expression),
        _ => null,
    };

    private void Visit(IOperation operation)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Operations++;

        // By kind: to ask for one interface after the other would take longer than everything else here.
        switch (operation.Kind)
        {
            case OperationKind.FlowAnonymousFunction:
                Lambdas.Add((IFlowAnonymousFunctionOperation)operation);
                return;
            case OperationKind.FlowCapture:
                var capture = (IFlowCaptureOperation)operation;
                AddTo(_captures, capture.Id, capture.Value);
                break;
            case OperationKind.SimpleAssignment:
                Add((ISimpleAssignmentOperation)operation);
                break;
            case OperationKind.DeconstructionAssignment:
                AddAll(((IDeconstructionAssignmentOperation)operation).Target);
                break;
            case OperationKind.Argument:
                Add((IArgumentOperation)operation);
                break;
        }

        foreach (IOperation child in operation.ChildOperations)
        {
            Visit(child);
        }
    }

    private void Add(ISimpleAssignmentOperation assignment)
    {
        if (SymbolOf(assignment.Target) is { } symbol && (assignment.IsRef || symbol is not ILocalSymbol { IsRef: true }))
        {
            AddTo(_symbols, symbol, assignment.Value);
        }
    }

    private void Add(IArgumentOperation argument)
    {
        if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } && SymbolOf(argument.Value) is { } symbol)
        {
            AddTo(_symbols, symbol, argument.Parent is IInvocationOperation call && IsOfTransaction(call) ? call : null);
        }
    }

    private void AddAll(IOperation target)
    {
        foreach (IOperation part in target.DescendantsAndSelf())
        {
            if (SymbolOf(part) is { } symbol)
            {
                AddTo(_symbols, symbol, null);
            }
        }
    }

    private static void AddTo<TKey>(Dictionary<TKey, List<IOperation?>> map, TKey key, IOperation? value)
        where TKey : notnull
    {
        if (!map.TryGetValue(key, out List<IOperation?>? values))
        {
            map.Add(key, values = []);
        }

        values.Add(value);
    }
}
