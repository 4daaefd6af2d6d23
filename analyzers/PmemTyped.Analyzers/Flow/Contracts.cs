using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>What a method owes for each object: which it may leave unpersisted, and which its callers look after.</summary>
internal static class Contracts
{
    private const Effects MayLeaveKinds = Effects.Stores | Effects.LeavesUnpersisted;

    /// <summary>Whether stores to the object may reach the end of the method.</summary>
    internal static bool MayLeave(ISymbol owner, Root root)
    {
        if (owner is not IMethodSymbol method)
        {
            return false;
        }

        Root outer = root;
        while (outer.Parent is { } parent)
        {
            outer = parent;
        }

        if (outer.Parameter is { } parameter)
        {
            bool isReceiver = !SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method) && !IsOfOuterMethod(parameter, method);
            return MethodContract.Read(parameter.GetAttributes()).HasAny(MayLeaveKinds)
                || IsInferred(method)
                || (isReceiver && MethodContract.Of(method).Receiver.HasAny(MayLeaveKinds));
        }

        MethodContract contract = MethodContract.Of(method);
        return (outer.IsOfReceiver && contract.Receiver.HasAny(MayLeaveKinds)) || contract.Result.HasAny(MayLeaveKinds);
    }

    /// <summary>Whether the contract promises a flush only: the caller drains.</summary>
    internal static bool MayLeaveFlushed(Root root) =>
        root.Parameter is { } parameter && MethodContract.Read(parameter.GetAttributes()) is var promised
        && promised.HasAny(Effects.Flushes) && !promised.HasAny(Effects.Drains);

    /// <summary>Whether callers look into the body: nobody outside of the type sees the method, and it promises nothing.</summary>
    internal static bool IsInferred(IMethodSymbol method) => IsHidden(method)
        && MethodContract.Of(method) is { HasParameterEffects: false, Receiver.Kinds: Effects.None };

    /// <summary>Whether flushes of the caller may be what a drain is for.</summary>
    internal static bool MayDrainForCaller(ISymbol owner) => owner is IMethodSymbol method
        && (IsInferred(method)
            || MethodContract.Of(method) is var contract
            && (contract.Receiver.HasAny(Effects.Drains) || contract.Parameters.Any(p => p.HasAny(Effects.Drains))));

    private static bool IsHidden(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction
        || method is
        {
            MethodKind: MethodKind.Ordinary,
            DeclaredAccessibility: Accessibility.Private,
            IsVirtual: false,
            IsAbstract: false,
            IsExtern: false,
            DeclaringSyntaxReferences.Length: 1,
            ExplicitInterfaceImplementations.IsEmpty: true,
        };

    private static bool IsOfOuterMethod(IParameterSymbol parameter, IMethodSymbol method) =>
        method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction && parameter.ContainingSymbol is IMethodSymbol;
}
