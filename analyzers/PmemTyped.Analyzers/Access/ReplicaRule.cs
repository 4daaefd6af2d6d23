using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Access;

/// <summary>What a replica answers is the only thing that says whether it has the bytes; its header is its own.</summary>
internal static class ReplicaRule
{
    /// <summary>The header of a part, which each side writes for itself. (remote replication specification, section 3)</summary>
    private const long HeaderBytes = 4096;

    internal static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (!MarkerTypes.IsReplica(call.Instance?.Type))
        {
            return;
        }

        IOperation answer = call.Parent is IAwaitOperation awaited ? awaited : call;
        if (answer.Parent is IExpressionStatementOperation && MarkerTypes.IsReplica(AnswerOf(call, answer)))
        {
            context.ReportDiagnostic(Diagnostic.Create(RecordRules.ReplicaResultIgnored, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }

        if (call.TargetMethod.Name.IndexOf("Persist", StringComparison.Ordinal) >= 0
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Name == "offset")?.Value is { } offset
            && offset.ConstantValue is { HasValue: true, Value: long or int } constant
            && Convert.ToInt64(constant.Value, CultureInfo.InvariantCulture) is var start and >= 0 and < HeaderBytes
            && !IsWithoutHeader(call.Instance!))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                RecordRules.ReplicatedHeader, offset.Syntax.GetLocation(), start.ToString(CultureInfo.InvariantCulture), HeaderBytes.ToString(CultureInfo.InvariantCulture)));
        }
    }

    // The answer itself, or the one that a dropped task would have given.
    private static ITypeSymbol? AnswerOf(IInvocationOperation call, IOperation answer) =>
        answer == call && call.Type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task ? task.TypeArguments[0] : answer.Type;

    /// <summary>Whether the replica was opened for a pool that has no headers, as far as the method shows.</summary>
    private static bool IsWithoutHeader(IOperation replica)
    {
        IOperation? origin = replica is ILocalReferenceOperation { SemanticModel: { } model } local
            && local.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
            && value.SyntaxTree == model.SyntaxTree
                ? model.GetOperation(value)
                : replica;
        return origin is not null && origin.DescendantsAndSelf().OfType<IArgumentOperation>().Any(a =>
            a is { Parameter.Name: "hasHeader" or "hasHeaders", Value.ConstantValue: { HasValue: true, Value: false } });
    }
}
