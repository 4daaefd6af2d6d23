using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Access;

/// <summary>What a replica answers is the only thing that says whether it has the bytes; its header is its own.</summary>
internal static class ReplicaRule
{
    /// <summary>The header of a part, which each side writes for itself. (remote replication specification, section 3)</summary>
    private const long HeaderBytes = 4096;

    internal static void Check(IInvocationOperation call, MarkerTypes types, Action<Diagnostic> report)
    {
        ITypeSymbol? owner = call.Instance?.Type ?? call.TargetMethod.ContainingType;
        bool isRpmem = types.IsRpmem(owner);
        if (!isRpmem && !types.IsRemotePool(owner) && !types.IsReplicaSet(owner))
        {
            return;
        }

        IOperation answer = call.Parent is IAwaitOperation awaited ? awaited : call;
        if (answer.Parent is IExpressionStatementOperation && (isRpmem ? IsNumber(call) : IsAnswer(answer.Type)))
        {
            report(Diagnostic.Create(RecordRules.ReplicaResultIgnored, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }

        if (!types.IsReplicaSet(owner) && IsStore(call.TargetMethod.Name)
            && Argument(call, "offset") is { ConstantValue: { HasValue: true, Value: long start and >= 0 and < HeaderBytes } } offset
            && !IsWithoutHeader(call.Instance ?? Argument(call, "pool")))
        {
            report(Diagnostic.Create(
                RecordRules.ReplicatedHeader, offset.Syntax.GetLocation(), start.ToString(CultureInfo.InvariantCulture), HeaderBytes.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static bool IsStore(string name) =>
        name.StartsWith("Persist", StringComparison.Ordinal) || name.StartsWith("DeepPersist", StringComparison.Ordinal)
        || name.StartsWith("Flush", StringComparison.Ordinal);

    private static IOperation? Argument(IInvocationOperation call, string name) =>
        call.Arguments.FirstOrDefault(a => a.Parameter?.Name == name)?.Value;

    // A task that nobody waits for, how many replicas have the bytes, or where they differ.
    private static bool IsAnswer(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask" or "ReplicaDurability" } or INamedTypeSymbol { Name: "IReadOnlyList", TypeArguments.Length: 1 };

    // What is over anyway may fail unseen.
    private static bool IsNumber(IInvocationOperation call) =>
        call.TargetMethod is { Name: not ("Close" or "Remove"), ReturnType.SpecialType: SpecialType.System_Int32 };

    /// <summary>Whether the replica was made for a pool that has no headers, as far as the method shows: with no attributes.</summary>
    private static bool IsWithoutHeader(IOperation? replica)
    {
        IOperation? origin = replica is ILocalReferenceOperation { SemanticModel: { } model } local
            && local.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
            && value.SyntaxTree == model.SyntaxTree
                ? model.GetOperation(value)
                : replica;
        return origin is not null && origin.DescendantsAndSelf().OfType<IArgumentOperation>().Any(a =>
            a.Parameter?.Name == "attributes" && IsNothing(a.Value));
    }

    private static bool IsNothing(IOperation attributes) => attributes switch
    {
        IConversionOperation conversion => IsNothing(conversion.Operand),
        IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null } or IDefaultValueOperation => true,
        _ => attributes.ConstantValue is { HasValue: true, Value: null },
    };
}
