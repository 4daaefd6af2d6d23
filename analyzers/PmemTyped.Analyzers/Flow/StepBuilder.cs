using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

/// <summary>Reduces a graph to its effects: walks every operation once, in order of evaluation.</summary>
internal sealed partial class StepBuilder
{
    /// <summary>A graph with more operations is left alone.</summary>
    internal const int MaxOperations = 20_000;

    private readonly MarkerTypes _types;
    private readonly ControlFlowGraph _graph;
    private readonly ISymbol _owner;
    private readonly SummaryCache? _summaries;
    private readonly bool _watchesExceptions;
    private readonly LocalValues _values;
    private readonly RootTable _roots;
    private readonly TargetResolver _resolver;
    private readonly ResourceTable _resources;
    private readonly List<Site> _sites = [];
    private readonly List<IOperation> _escapes = [];
    private readonly List<Step> _steps = [];
    private bool _canThrow;

    private StepBuilder(MarkerTypes types, ControlFlowGraph graph, LocalValues values, ISymbol owner, SummaryCache? summaries, bool watchesExceptions)
    {
        _types = types;
        _graph = graph;
        _owner = owner;
        _summaries = summaries;
        _watchesExceptions = watchesExceptions;
        _values = values;
        _roots = new RootTable(types);
        _resolver = new TargetResolver(types, _values, _roots);
        _resources = new ResourceTable(types);
    }

    /// <summary>The effects of a graph, or null when it is too large.</summary>
    internal static FlowProgram? Build(
        MarkerTypes types, ControlFlowGraph graph, LocalValues values, ISymbol owner, SummaryCache? summaries, bool watchesExceptions) =>
        values.Operations <= MaxOperations
            ? new StepBuilder(types, graph, values, owner, summaries, watchesExceptions).Build()
            : null;

    private FlowProgram? Build()
    {
        var blocks = new Step[_graph.Blocks.Length][];
        foreach (BasicBlock block in _graph.Blocks)
        {
            if (block.Operations.IsEmpty && block.BranchValue is null)
            {
                blocks[block.Ordinal] = [];
                continue;
            }

            _steps.Clear();
            _canThrow = _watchesExceptions || IsCaught(block.EnclosingRegion);
            foreach (IOperation operation in block.Operations)
            {
                Visit(operation);
            }

            if (block.BranchValue is { } value)
            {
                Visit(value);
            }

            blocks[block.Ordinal] = [.. _steps];
        }

        return _roots.All.Count <= RootTable.MaxRoots
            ? new FlowProgram(_graph, _owner, _roots, blocks, _sites, _escapes) { WatchesExceptions = _watchesExceptions, HasLoop = _values.HasLoop }
            : null;
    }

    private static bool IsCaught(ControlFlowRegion? region)
    {
        for (; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion.Kind: ControlFlowRegionKind.TryAndCatch })
            {
                return true;
            }
        }

        return false;
    }

    private void Visit(IOperation operation)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();

        // By kind: to ask for one interface after the other would take longer than everything else here.
        switch (operation.Kind)
        {
            case OperationKind.FlowAnonymousFunction or OperationKind.NameOf or OperationKind.ParameterReference or OperationKind.Literal:
                return;
            case OperationKind.LocalReference:
                OnCursor((ILocalReferenceOperation)operation);
                return;
            case OperationKind.SimpleAssignment:
                var assignment = (ISimpleAssignmentOperation)operation;
                VisitParts(assignment.Target);
                Visit(assignment.Value);
                Assign(assignment);
                return;
            case OperationKind.CompoundAssignment:
                var compound = (ICompoundAssignmentOperation)operation;
                VisitParts(compound.Target);
                Visit(compound.Value);
                Store(compound.Target, compound, compound.Value, StepFlags.Reads);
                return;
            case OperationKind.Increment or OperationKind.Decrement:
                IOperation counter = ((IIncrementOrDecrementOperation)operation).Target;
                VisitParts(counter);
                Store(counter, operation, null, StepFlags.Reads);
                return;
            case OperationKind.DeconstructionAssignment:
                var deconstruction = (IDeconstructionAssignmentOperation)operation;
                Visit(deconstruction.Value);
                Deconstruct(deconstruction.Target, deconstruction);
                return;
            default:
                VisitChildren(operation);
                AfterChildren(operation);
                return;
        }
    }

    private void AfterChildren(IOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Invocation:
                Call((IInvocationOperation)operation);
                break;
            case OperationKind.ObjectCreation when operation is IObjectCreationOperation { Constructor: { } constructor } creation:
                Pass(creation.Arguments, constructor, creation);
                MayThrow(creation);
                break;
            case OperationKind.Await or OperationKind.YieldReturn:
                Suspend(operation);
                break;
            case OperationKind.ArrayElementReference:
            case OperationKind.PropertyReference when operation is IPropertyReferenceOperation { Arguments.IsEmpty: false }:
            case OperationKind.Conversion when operation is IConversionOperation { IsImplicit: false, Type.IsReferenceType: true }:
            case OperationKind.Binary when operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder }:
                MayThrow(operation);
                break;
        }
    }

    private void VisitChildren(IOperation operation)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            Visit(child);
        }
    }

    /// <summary>What is evaluated of a target before the value: its receiver and indexes.</summary>
    private void VisitParts(IOperation target) => VisitChildren(target);

    private void Suspend(IOperation operation)
    {
        _steps.Add(new Step(StepKind.Suspend, RootTable.Fence, 0, operation));
        MayThrow(operation);
    }

    private void MayThrow(IOperation operation)
    {
        if (_canThrow && !operation.IsImplicit && (_steps.Count == 0 || _steps[_steps.Count - 1].Kind != StepKind.MayThrow))
        {
            _steps.Add(new Step(StepKind.MayThrow, RootTable.Fence, 0, operation));
        }
    }

    private void Assign(ISimpleAssignmentOperation assignment)
    {
        if (assignment.IsRef)
        {
            return;
        }

        if (_values.SymbolOf(assignment.Target) is { } symbol
            && (_types.IsWritable(assignment.Target.Type) || _types.IsResource(assignment.Target.Type)))
        {
            Rebind(symbol, assignment);
            return;
        }

        Store(assignment.Target, assignment, assignment.Value, StepFlags.None);
    }

    private void Rebind(ISymbol symbol, ISimpleAssignmentOperation assignment)
    {
        if (_resources.IndexOf(symbol, assignment.Target.Type) is { } resource)
        {
            _steps.Add(new Step(StepKind.Revive, resource, 0, assignment));
        }

        if (!_types.IsWritable(assignment.Target.Type) || !_resolver.IsOwnRoot(symbol, out Root root))
        {
            return;
        }

        _steps.Add(new Step(StepKind.Rebind, root.Index, 0, assignment));
        IOperation value = assignment.Value is IConversionOperation conversion ? conversion.Operand : assignment.Value;
        if (value is IDefaultValueOperation or IObjectCreationOperation { Arguments.IsEmpty: true })
        {
            _steps.Add(new Step(StepKind.Default, root.Index, 0, assignment));
        }
        else if (value is IInvocationOperation call)
        {
            root.Resource = _values.SymbolOf(call.Instance ?? call) is { } source ? _resources.IndexOf(source, call.Instance?.Type) : null;
            root.Pool = PoolOf(call.Instance);
            Effect result = _types.ContractOf(call.TargetMethod).Result;
            if (result.HasAny(Effects.LeavesUnpersisted | Effects.Stores))
            {
                AddStore(root, root.Shape.Mask(result.Fields), assignment, StepFlags.None);
            }
        }
    }

    private void Deconstruct(IOperation target, IOperation whole)
    {
        if (target is ITupleOperation tuple)
        {
            foreach (IOperation element in tuple.Elements)
            {
                Deconstruct(element, whole);
            }
        }
        else
        {
            Store(target, whole, null, StepFlags.None);
        }
    }

    private void Store(IOperation written, IOperation operation, IOperation? value, StepFlags flags)
    {
        Target target = _resolver.Resolve(written);
        if (target.Kind != TargetKind.Place || target.Root is not { } root)
        {
            return;
        }

        Link(value, root, operation);
        bool isPublish = target.Mask != LayoutShape.All && (target.Mask & ~root.Shape.Publish) == 0;
        AddStore(root, target.Mask, operation, flags | (isPublish ? StepFlags.Publish : target.Mask == LayoutShape.All ? StepFlags.Wide : 0));
    }

    // A store of the place of another object makes that object reachable.
    private void Link(IOperation? value, Root holder, IOperation operation)
    {
        IOperation? place = value;
        for (int depth = 0; depth < 4 && place is not null; depth++)
        {
            switch (place)
            {
                case IConversionOperation conversion:
                    place = conversion.Operand;
                    break;
                case ILocalReferenceOperation local when _values.ValuesOf(local.Local).Count == 1:
                    place = _values.ValuesOf(local.Local)[0];
                    break;
                case IPropertyReferenceOperation { Property.Name: "Offset" or "Ref" } property when _types.IsCursor(property.Instance?.Type):
                    if (_resolver.Resolve(property.Instance).Root is { } linked && !ReferenceEquals(linked, holder))
                    {
                        linked.IsLinkedLater = true;
                        _steps.Add(new Step(StepKind.Link, linked.Index, 1UL << 0, operation, holder.Index));
                    }

                    return;
                default:
                    return;
            }
        }
    }

    private void AddStore(Root root, ulong mask, IOperation operation, StepFlags flags, StepKind kind = StepKind.Store) =>
        _steps.Add(new Step(kind, root.Index, mask, operation, AddSite(root, mask, operation), flags));

    private int AddSite(Root root, ulong mask, IOperation operation)
    {
        int site = _sites.Count;
        _sites.Add(new Site(root.Index, mask, operation));
        root.Sites.Add(site);
        if (root.Earlier is { } earlier)
        {
            _sites.Add(new Site(earlier.Index, mask, operation));
            earlier.Sites.Add(site + 1);
        }

        return site;
    }
}
