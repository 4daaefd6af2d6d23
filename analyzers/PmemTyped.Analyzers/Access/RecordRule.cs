using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.Access;

/// <summary>Records are read with a status, and written with header and checksum.</summary>
internal static class RecordRule
{
    internal static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        if (call.Parent is IExpressionStatementOperation
            && call.TargetMethod is { Name: "TryRead", ReturnType: { Name: "BlockRecordStatus", ContainingNamespace.Name: "PmemTyped" } })
        {
            IOperation? result = call.Arguments.FirstOrDefault(a => a.Parameter?.RefKind == RefKind.Out)?.Value;
            string name = result is IDeclarationExpressionOperation declaration ? declaration.Expression.Syntax.ToString() : result?.Syntax.ToString() ?? "";
            report(Diagnostic.Create(
                RecordRules.StatusIgnored, call.Syntax.GetLocation(), call.TargetMethod.Name, name.Split(' ').Last()));
        }

        if (call.TargetMethod is { Name: "Write", ContainingType: { Name: "BlockPool", Arity: 0, ContainingNamespace.Name: "Blocks" } }
            && call.Arguments.Select(a => LayoutAsBytes(a.Value)).FirstOrDefault(l => l is not null) is { } layout)
        {
            report(Diagnostic.Create(RecordRules.WithoutCodec, call.Syntax.GetLocation(), layout.Name));
        }
    }

    private static ITypeSymbol? LayoutAsBytes(IOperation value) => value.DescendantsAndSelf()
        .OfType<IInvocationOperation>()
        .Where(c => c.TargetMethod is { ContainingType.Name: "MemoryMarshal", Name: "AsBytes" or "Cast" })
        .SelectMany(c => c.TargetMethod.TypeArguments)
        .FirstOrDefault(t => TypeNames.Attribute(t, TypeNames.PersistentLayout) is not null);
}
