using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;

namespace PmemTyped.Analyzers.Access;

/// <summary>Stores where there may be none: a cursor of a read-only map, or a read-only reference made writable.</summary>
internal static class ReadOnlyRule
{
    /// <summary>MapProtection.Write.</summary>
    private const int Write = 2;

    /// <summary>What is wrong with a call, or null.</summary>
    internal static string? Fault(IInvocationOperation call, MarkerTypes types)
    {
        if (call.TargetMethod is { Name: "AsRef", ContainingType: { Name: "Unsafe", ContainingNamespace.Name: "CompilerServices" } }
            && call.Arguments.Length == 1 && IsValue(call.Arguments[0].Value, types))
        {
            return "A read-only reference to persistent memory is made writable: no flush will follow its stores";
        }

        return call.TargetMethod.Name == "At" && types.IsLease(call.Instance?.Type)
            && Origin(call.Instance) is IInvocationOperation { TargetMethod.Name: "Lease", Instance: { } map }
            && Origin(map) is IInvocationOperation { TargetMethod.Name: "Map" } mapping
            && mapping.Arguments.Any(a => IsReadOnly(Origin(a.Value)))
            ? "The map is read-only, so there is no writable cursor into it; use ReadAt"
            : null;
    }

    private static bool IsValue(IOperation argument, MarkerTypes types)
    {
        for (IOperation? at = argument; at is not null; at = (at as IFieldReferenceOperation)?.Instance)
        {
            if (at is IPropertyReferenceOperation { Property.Name: "Value" } property
                && (types.IsCursor(property.Instance?.Type) || types.IsReader(property.Instance?.Type)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReadOnly(IOperation? config) =>
        config is IObjectCreationOperation { Type.Name: "PmemMapConfig", Initializer: { } initializer }
        && initializer.Initializers.OfType<ISimpleAssignmentOperation>().Any(a =>
            a.Target is IPropertyReferenceOperation { Property.Name: "Protection" }
            && a.Value.ConstantValue is { HasValue: true, Value: int protection } && (protection & Write) == 0);

    /// <summary>An expression itself, or the initializer of the local that it names.</summary>
    private static IOperation? Origin(IOperation? operation) =>
        operation is IConversionOperation conversion ? Origin(conversion.Operand)
        : operation is ILocalReferenceOperation { SemanticModel: { } model } local
            && local.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
            && value.SyntaxTree == model.SyntaxTree
            ? model.GetOperation(value)
            : operation;
}
