using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Access;

/// <summary>Values that mean something only in this process: hash codes, addresses, thread numbers, ticks since start.</summary>
internal static class ProcessLocalRule
{
    private const int MaxDepth = 2;

    private static readonly HashSet<string> s_members = new(StringComparer.Ordinal)
    {
        "System.HashCode.Combine", "System.HashCode.ToHashCode", "System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode",
        "System.Environment.TickCount", "System.Environment.TickCount64", "System.Environment.CurrentManagedThreadId",
        "System.Environment.ProcessId", "System.Threading.Thread.ManagedThreadId", "System.Diagnostics.Process.Id",
        "System.Diagnostics.Stopwatch.GetTimestamp", "System.Runtime.InteropServices.SafeHandle.DangerousGetHandle",
        "System.Runtime.InteropServices.GCHandle.ToIntPtr", "System.IntPtr.ToInt64", "System.IntPtr.ToInt32", "System.UIntPtr.ToUInt64",
    };

    // Most members are told apart by their simple name, without the whole one being built.
    private static readonly HashSet<string> s_names = new(s_members.Select(m => m.Substring(m.LastIndexOf('.') + 1)), StringComparer.Ordinal);

    /// <summary>
    /// The source of such a value among what an expression is made of, through locals that are initialized with it. What only
    /// leads to the value is left alone: an index, a key, a condition, the start of a duration.
    /// </summary>
    internal static IOperation? Find(IOperation? value, int depth)
    {
        if (value is null || value.ConstantValue.HasValue || value.Type?.SpecialType == SpecialType.System_Boolean)
        {
            return null;
        }

        return IsSource(value, depth) ? value : value switch
        {
            IConversionOperation conversion => Find(conversion.Operand, depth),
            IUnaryOperation unary => Find(unary.Operand, depth),
            IBinaryOperation binary => OfBoth(Find(binary.LeftOperand, depth), Find(binary.RightOperand, depth), binary.OperatorKind),
            IConditionalOperation choice => Find(choice.WhenTrue, depth) ?? Find(choice.WhenFalse, depth),
            ICoalesceOperation choice => Find(choice.Value, depth) ?? Find(choice.WhenNull, depth),
            ISwitchExpressionOperation choice => OfAny(choice.Arms.Select(a => a.Value), depth),
            ISimpleAssignmentOperation assignment => Find(assignment.Value, depth),
            ITupleOperation tuple => OfAny(tuple.Elements, depth),
            IObjectCreationOperation creation => OfAny(creation.Arguments.Select(a => a.Value), depth) ?? Find(creation.Initializer, depth),
            IWithOperation copy => Find(copy.Initializer, depth),
            IObjectOrCollectionInitializerOperation initializer => OfAny(initializer.Initializers, depth),
            IInvocationOperation call when IsArithmetic(call.TargetMethod) => OfAny(call.Arguments.Select(a => a.Value), depth),
            _ => null,
        };
    }

    private static IOperation? OfAny(IEnumerable<IOperation> values, int depth) =>
        values.Select(v => Find(v, depth)).FirstOrDefault(s => s is not null);

    // The difference of two ticks is a duration, which means the same everywhere.
    private static IOperation? OfBoth(IOperation? left, IOperation? right, BinaryOperatorKind kind) =>
        kind == BinaryOperatorKind.Subtract && left is not null && right is not null ? null : left ?? right;

    private static bool IsArithmetic(IMethodSymbol method) =>
        method is { IsStatic: true, ContainingType.ContainingNamespace: { Name: "System" or "Numerics" } } && method.Parameters.All(p => IsNumber(p.Type));

    private static bool IsNumber(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    private static bool IsSource(IOperation operation, int depth)
    {
        switch (operation.Kind)
        {
            case OperationKind.Invocation:
                var call = (IInvocationOperation)operation;
                return IsSource(call.TargetMethod) || IsHashCode(call);
            case OperationKind.PropertyReference:
                return IsSource(((IPropertyReferenceOperation)operation).Property);
            case OperationKind.Conversion:
                return operation is IConversionOperation { Operand.Type.TypeKind: TypeKind.Pointer, Type.SpecialType: not SpecialType.None };
            case OperationKind.LocalReference:
                return IsSource((ILocalReferenceOperation)operation, depth);
            default:
                return false;
        }
    }

    private static bool IsSource(ISymbol member) =>
        s_names.Contains(member.Name) && s_members.Contains(member.ContainingType?.ToDisplayString() + "." + member.Name);

    // Numbers hash to themselves; a type of the user may hash as stably as its author wants.
    private static bool IsHashCode(IInvocationOperation call) =>
        call.TargetMethod is { Name: "GetHashCode", DeclaringSyntaxReferences.IsEmpty: true }
        && call.Instance?.Type is { } type
        && type.TypeKind != TypeKind.Enum
        && type.SpecialType is not (>= SpecialType.System_Boolean and <= SpecialType.System_UInt64);

    private static bool IsSource(ILocalReferenceOperation reference, int depth)
    {
        if (depth >= MaxDepth || reference.SemanticModel is not { } model
            || reference.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value and not LiteralExpressionSyntax }
            || value.SyntaxTree != model.SyntaxTree)
        {
            return false;
        }

        return model.GetOperation(value) is { } operation && Find(operation, depth + 1) is not null;
    }
}
