using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

// What calls do: first what their attributes promise, then what a private callee was seen to do.
internal sealed partial class StepBuilder
{
    private void Call(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        MethodContract contract = _types.ContractOf(method);
        OnResource(call);
        bool isOurs = contract.Receiver.Kinds != Effects.None;
        if (!isOurs || !call.Arguments.IsEmpty)
        {
            MayThrow(call);
        }

        if (IsReplicated(call))
        {
            _steps.Add(new Step(StepKind.Replicate, RootTable.Fence, 0, call));
        }

        Pass(call.Arguments, method, call);
        if (isOurs)
        {
            OnReceiver(call, contract.Receiver);
        }

        if (!isOurs && !contract.HasParameterEffects)
        {
            Infer(call);
        }
    }

    private void OnReceiver(IInvocationOperation call, Effect effect)
    {
        Target target = _types.IsResource(call.Instance?.Type) ? Target.None : _resolver.Resolve(call.Instance);
        if (target.Root is not { } root)
        {
            OnUnknown(call, effect);
            return;
        }

        ulong mask = target.Kind == TargetKind.Span ? target.Mask : root.Shape.Mask(effect.Fields);
        StepFlags flags = StepFlags.None;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Type is { TypeKind: TypeKind.Enum, Name: "FieldSet" })
            {
                mask = root.Shape.Decode(argument.Value, out bool isExact);
                flags |= isExact ? StepFlags.None : StepFlags.Inexact;
            }
        }

        if (effect.HasAny(Effects.Stores) && _types.IsCursor(call.Instance?.Type))
        {
            mask = call.TargetMethod.Name switch
            {
                "Publish" => root.Shape.Publish == 0 ? LayoutShape.Rest : root.Shape.Publish,
                "Store" => LayoutShape.Rest,
                _ => mask,
            };
            flags |= call.TargetMethod.Name == "Publish" ? StepFlags.Publish : StepFlags.None;
        }
        else if (call.TargetMethod.Name == "FlushFields")
        {
            flags |= StepFlags.Inexact;
        }

        flags |= mask == LayoutShape.All && effect.HasAny(Effects.Stores) ? StepFlags.Wide : StepFlags.None;
        flags |= call.IsImplicit ? StepFlags.Implicit : StepFlags.None;
        Apply(root, mask, effect, call, flags);
    }

    private void OnUnknown(IOperation call, Effect effect)
    {
        if (effect.HasAny(Effects.Flushes))
        {
            _steps.Add(new Step(StepKind.FlushAny, RootTable.Fence, 0, call));
        }

        if (effect.HasAny(Effects.Drains))
        {
            _steps.Add(new Step(StepKind.Drain, RootTable.Fence, 0, call, Flags: effect.Has(Effects.Persists) ? StepFlags.OfPersist : StepFlags.None));
        }
    }

    private void Apply(Root root, ulong mask, Effect effect, IOperation operation, StepFlags flags)
    {
        if (effect.HasAny(Effects.RequiresPersisted))
        {
            _steps.Add(new Step(StepKind.Require, root.Index, mask, operation));
        }

        if (effect.HasAny(Effects.Stores | Effects.LeavesUnpersisted))
        {
            AddStore(root, mask, operation, flags);
        }

        StepFlags ofPersist = effect.Has(Effects.Persists) ? StepFlags.OfPersist : StepFlags.None;
        if (effect.HasAny(Effects.Flushes))
        {
            _steps.Add(new Step(StepKind.Flush, root.Index, mask, operation, AddSite(root, mask, operation), flags | ofPersist));
        }

        if (effect.HasAny(Effects.Drains))
        {
            _steps.Add(new Step(StepKind.Drain, root.Index, mask, operation, Flags: flags | ofPersist));
        }
    }

    /// <summary>Cursors and references among the arguments.</summary>
    private void Pass(ImmutableArray<IArgumentOperation> arguments, IMethodSymbol method, IOperation call)
    {
        if (arguments.IsEmpty)
        {
            return;
        }

        MethodContract contract = _types.ContractOf(method);
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= contract.Parameters.Length)
            {
                continue;
            }

            Effect effect = contract.Parameters[parameter.Ordinal];
            bool isByReference = parameter.RefKind is RefKind.Ref or RefKind.Out;
            if (effect.Kinds == Effects.None && !isByReference)
            {
                continue;
            }

            Target target = _resolver.Resolve(argument.Value);
            if (target.Root is not { } root)
            {
                continue;
            }

            if (effect.Kinds != Effects.None)
            {
                Apply(root, effect.Fields.IsWhole ? target.Mask : root.Shape.Mask(effect.Fields), effect, call, StepFlags.None);
            }
            else if (target.Kind == TargetKind.Place && !IsRead(method))
            {
                AddStore(root, target.Mask, call, StepFlags.Reads);
                if (!IsAtomicStore(method))
                {
                    _escapes.Add(argument.Value);
                }
            }
        }
    }

    private static bool IsRead(IMethodSymbol method) =>
        method is { Name: "Read", ContainingType.Name: "Volatile" or "Interlocked" };

    private static bool IsAtomicStore(IMethodSymbol method) => method is { ContainingType.Name: "Volatile" or "Interlocked" };

    /// <summary>What a private method or a local function does to its cursors, as seen in its body.</summary>
    private void Infer(IInvocationOperation call)
    {
        bool isOfBlock = call.TargetMethod.ContainingType is { TypeKind: TypeKind.Extension } && _types.IsWritable(call.Instance?.Type);
        if (_summaries is null || (!isOfBlock && !call.Arguments.Any(a => _types.IsWritable(a.Parameter?.Type) || _types.IsLease(a.Parameter?.Type)))
            || _summaries.Of(call.TargetMethod, _graph) is not { } summary)
        {
            return;
        }

        var passed = new List<(IOperation? Value, ITypeSymbol Type, ParameterSummary Effect)>();
        if (isOfBlock && summary.Receiver is { } receiver)
        {
            passed.Add((call.Instance, call.Instance!.Type!, receiver));
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && _types.IsWritable(parameter.Type) && summary.Parameters[parameter.Ordinal] is { } effect)
            {
                passed.Add((argument.Value, parameter.Type, effect));
            }
        }

        foreach (var (value, type, effect) in passed)
        {
            if (_resolver.Resolve(value).Root is { } root)
            {
                Infer(root, _types.IsCursor(type) ? effect : effect.WithoutFields(), call);
            }
        }

        if (summary.FlushesAny)
        {
            _steps.Add(new Step(StepKind.FlushAny, RootTable.Fence, 0, call));
        }

        if (summary.Drains)
        {
            _steps.Add(new Step(StepKind.Drain, RootTable.Fence, 0, call, Flags: StepFlags.Implicit));
        }

        foreach (var (value, _, effect) in passed)
        {
            if (_resolver.Resolve(value) is { Root: { } root } target)
            {
                InferLeft(root, target, effect, call);
            }
        }
    }

    private void Infer(Root root, ParameterSummary effect, IOperation call)
    {
        if (effect.MustFlush != 0)
        {
            _steps.Add(new Step(
                StepKind.Flush, root.Index, effect.MustFlush, call, AddSite(root, effect.MustFlush, call), StepFlags.Implicit | StepFlags.Inexact));
        }
    }

    private void InferLeft(Root root, Target target, ParameterSummary effect, IOperation call)
    {
        ulong Narrow(ulong mask) => target.Kind == TargetKind.Span && mask != 0 ? target.Mask : mask;
        if (effect.MayLeaveFlushed != 0)
        {
            AddStore(root, Narrow(effect.MayLeaveFlushed), call, StepFlags.Implicit, StepKind.MayFlush);
        }

        if (effect.MustStore != 0)
        {
            AddStore(root, Narrow(effect.MustStore), call, StepFlags.Reads);
        }

        if (effect.MayLeaveStored != 0)
        {
            AddStore(root, Narrow(effect.MayLeaveStored), call, StepFlags.Reads, StepKind.MayStore);
        }
    }
}
