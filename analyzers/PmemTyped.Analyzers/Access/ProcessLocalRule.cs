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

    /// <summary>The source of such a value inside an expression, through locals that are initialized with it.</summary>
    internal static IOperation? Find(IOperation value, int depth)
    {
        // Most values are a constant or a single name, which need no walk.
        if (value.ConstantValue.HasValue)
        {
            return null;
        }

        if (value.ChildOperations.Count == 0)
        {
            return IsSource(value, depth) ? value : null;
        }

        foreach (IOperation operation in value.DescendantsAndSelf())
        {
            if (IsSource(operation, depth))
            {
                return operation;
            }
        }

        return null;
    }

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
