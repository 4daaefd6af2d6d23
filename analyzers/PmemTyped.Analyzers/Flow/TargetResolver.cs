using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// Says which persistent object an expression denotes, through copies of cursors, references, captures, nested layouts
/// and fields of ref structs. A cursor cannot be kept on the heap, so an expression always leads back to a name.
/// </summary>
internal sealed class TargetResolver(MarkerTypes types, LocalValues values, RootTable roots)
{
    private const int MaxDepth = 64;
    private readonly Dictionary<ISymbol, Target> _symbols = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, Target> _captures = [];
    private int _depth;

    internal Target Resolve(IOperation? operation)
    {
        if (operation is null || _depth > MaxDepth)
        {
            return Target.None;
        }

        _depth++;
        try
        {
            return operation.Kind switch
            {
                OperationKind.LocalReference => OfLocal(((ILocalReferenceOperation)operation).Local),
                OperationKind.ParameterReference => OfParameter(((IParameterReferenceOperation)operation).Parameter),
                OperationKind.FlowCaptureReference => OfCapture((IFlowCaptureReferenceOperation)operation),
                OperationKind.Conversion when operation is IConversionOperation { OperatorMethod: null } conversion => Resolve(conversion.Operand),
                OperationKind.FieldReference => OfField((IFieldReferenceOperation)operation),
                OperationKind.InlineArrayAccess => AsPlace(Resolve(((IInlineArrayAccessOperation)operation).Instance)),
                OperationKind.PropertyReference => OfProperty((IPropertyReferenceOperation)operation),
                OperationKind.Invocation => OfCall((IInvocationOperation)operation),
                OperationKind.DeclarationExpression => Resolve(((IDeclarationExpressionOperation)operation).Expression),
                OperationKind.InstanceReference when types.IsWritable(operation.Type) || operation.Type is { IsRefLikeType: true } =>
                    WholeOf(roots.Of("this", operation.Type, isOfReceiver: true)),
                _ => Target.None,
            };
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Whether the symbol is a root of its own and not another name of one.</summary>
    internal bool IsOwnRoot(ISymbol symbol, out Root root)
    {
        Target target = symbol switch
        {
            ILocalSymbol local => OfLocal(local),
            IParameterSymbol parameter => OfParameter(parameter),
            _ => Target.None,
        };
        root = target.Root!;
        return target.Root is not null && ReferenceEquals(roots.Find(symbol), target.Root);
    }

    private Target OfLocal(ILocalSymbol local) => OfSymbol(local, local.Type, local.IsRef);

    private Target OfParameter(IParameterSymbol parameter) => OfSymbol(parameter, parameter.Type, isRef: false);

    private Target OfSymbol(ISymbol symbol, ITypeSymbol type, bool isRef)
    {
        if (_symbols.TryGetValue(symbol, out Target known))
        {
            return known;
        }

        bool isTracked = types.IsWritable(type) || types.IsScope(type) || type.IsRefLikeType;
        if (!isTracked && !isRef)
        {
            return Target.None;
        }

        _symbols[symbol] = Target.None;
        Target target = OfValues(values.ValuesOf(symbol), symbol, type, isRef);
        _symbols[symbol] = target;
        return target;
    }

    private Target OfValues(List<IOperation?> given, ISymbol symbol, ITypeSymbol type, bool isRef)
    {
        bool isParameter = symbol is IParameterSymbol;
        if (!isParameter && given.Count == 1 && IsAnotherName(given[0]))
        {
            Target same = Resolve(given[0]);
            if (same.IsTracked || types.IsScope(type) || isRef)
            {
                return same;
            }
        }

        if (isRef || types.IsScope(type) || given.Exists(values.IsOfTransaction))
        {
            return Target.None;
        }

        Root root = roots.Of(symbol, type);
        foreach (IOperation? value in given)
        {
            if (IsAnotherName(value) && Resolve(value).Root is { } other && !ReferenceEquals(other, root))
            {
                root.MayBe.Add(other);
                other.MayBe.Add(root);
            }
        }

        if (given.Count > (isParameter ? 0 : 1) || (given.Count == 1 && values.HasLoop))
        {
            roots.KeepEarlier(root);
        }

        return WholeOf(root, types.IsSpan(type) ? TargetKind.Span : TargetKind.Cursor);
    }

    // A call gives a new object each time; everything else that can be resolved names one that exists already.
    private bool IsAnotherName(IOperation? value) => value switch
    {
        IInvocationOperation call => IsPartOfReceiver(call) || call.TargetMethod.Name == "BeginPersist",
        IConversionOperation { OperatorMethod: null } conversion => IsAnotherName(conversion.Operand),
        IFlowCaptureReferenceOperation capture => values.ValuesOf(capture.Id).TrueForAll(IsAnotherName),
        IPropertyReferenceOperation property => types.IsCursor(property.Instance?.Type) || property.Type is not { IsRefLikeType: true },
        IDefaultValueOperation or IObjectCreationOperation or null => false,
        ILocalReferenceOperation local => !IsReassigned(local.Local, 1),
        IParameterReferenceOperation parameter => !IsReassigned(parameter.Parameter, 0),
        _ => true,
    };

    private bool IsReassigned(ISymbol symbol, int allowed) => values.ValuesOf(symbol).Count > allowed;

    private bool IsPartOfReceiver(IInvocationOperation call) =>
        types.IsCursor(call.Instance?.Type) && call.TargetMethod.Name is "Nested" or "Buffer";

    private Target OfCapture(IFlowCaptureReferenceOperation reference)
    {
        if (_captures.TryGetValue(reference.Id, out Target known))
        {
            return known;
        }

        List<IOperation?> given = values.ValuesOf(reference.Id);
        Target target = Target.None;
        _captures[reference.Id] = target;
        if (given.Count == 1)
        {
            target = Resolve(given[0]);
        }
        else if (types.IsWritable(reference.Type))
        {
            Root root = roots.Of(reference.Syntax.ToString(), reference.Type, isOfReceiver: false);
            foreach (Root other in given.Select(g => Resolve(g).Root).OfType<Root>().Where(o => !ReferenceEquals(o, root)))
            {
                root.MayBe.Add(other);
                other.MayBe.Add(root);
            }

            target = WholeOf(root, types.IsSpan(reference.Type) ? TargetKind.Span : TargetKind.Cursor);
        }

        _captures[reference.Id] = target;
        return target;
    }

    private Target OfField(IFieldReferenceOperation field)
    {
        Target instance = Resolve(field.Instance);
        if (types.IsWritable(field.Type) || types.IsScope(field.Type))
        {
            bool isOfReceiver = field.Instance is IInstanceReferenceOperation || instance.Root is { IsOfReceiver: true };
            return field.Instance is null || types.IsScope(field.Type)
                ? Target.None
                : WholeOf(
                    roots.Of((instance.Root?.Name is { } name ? name + "." : "") + field.Field.Name, field.Type, isOfReceiver),
                    types.IsSpan(field.Type) ? TargetKind.Span : TargetKind.Cursor);
        }

        return instance.Kind != TargetKind.Place
            ? Target.None
            : instance.Mask == LayoutShape.All && SymbolEqualityComparer.Default.Equals(field.Field.ContainingType, instance.Root!.Shape.Layout)
                ? new Target(TargetKind.Place, instance.Root, instance.Root.Shape.Bit(field.Field.Name))
                : instance;
    }

    private Target OfProperty(IPropertyReferenceOperation property)
    {
        if (!types.IsCursor(property.Instance?.Type))
        {
            return types.IsWritable(property.Type)
                ? WholeOf(
                    roots.Of(property.Syntax.ToString(), property.Type, property.Instance is IInstanceReferenceOperation),
                    types.IsSpan(property.Type) ? TargetKind.Span : TargetKind.Cursor)
                : property.Instance?.Type is { IsRefLikeType: true } && IsStore(ContractOf(property)) ? Resolve(property.Instance) : Target.None;
        }

        Target receiver = Resolve(property.Instance);
        if (receiver.Root is not { } root || property.Property.Name == "Value")
        {
            return Target.None;
        }

        if (property.Property.Name == "DangerousValue")
        {
            return new Target(TargetKind.Place, root, LayoutShape.All);
        }

        Effect setter = ContractOf(property);
        ulong bit = root.Shape.Bit(property.Property.Name);
        return types.IsSpan(property.Type) ? new Target(TargetKind.Span, root, bit)
            : types.IsCursor(property.Type) ? WholeOf(roots.Child(root, property.Property.Name, bit, property.Type!))
            : IsStore(setter) ? new Target(TargetKind.Place, root, root.Shape.Mask(setter.Fields))
            : Target.None;
    }

    private static bool IsStore(Effect setter) => setter.HasAny(Effects.Stores | Effects.LeavesUnpersisted);

    private Effect ContractOf(IPropertyReferenceOperation property) =>
        property.Property.SetMethod is { } setter ? types.ContractOf(setter).Receiver : default;

    private Target OfCall(IInvocationOperation call)
    {
        if (types.IsCursor(call.Instance?.Type))
        {
            Target receiver = Resolve(call.Instance);
            if (receiver.Root is { } root)
            {
                switch (call.TargetMethod.Name)
                {
                    case "BeginPersist":
                        return new Target(TargetKind.Scope, root, LayoutShape.All);
                    case "Nested":
                        return WholeOf(roots.Child(root, call.Syntax.ToString(), LayoutShape.Rest, call.Type!));
                    case "Buffer":
                        return new Target(TargetKind.Span, root, LayoutShape.Rest);
                }
            }
        }

        return types.IsWritable(call.Type) && !values.IsOfTransaction(call)
            ? WholeOf(roots.Of(call.Syntax.ToString(), call.Type, isOfReceiver: false), types.IsSpan(call.Type) ? TargetKind.Span : TargetKind.Cursor)
            : Target.None;
    }

    private static Target AsPlace(Target instance) => instance.Kind == TargetKind.Place ? instance : Target.None;

    private static Target WholeOf(Root root, TargetKind kind = TargetKind.Cursor) => new(kind, root, LayoutShape.All);
}
