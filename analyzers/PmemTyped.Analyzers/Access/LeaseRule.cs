using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Access;

/// <summary>A lease or transaction ends with its scope, and nothing of it leaves the scope.</summary>
internal static class LeaseRule
{
    /// <summary>Judges a local of such a type.</summary>
    internal static void Check(IVariableDeclaratorOperation declarator, Action<Diagnostic> report)
    {
        ILocalSymbol local = declarator.Symbol;
        if (declarator.GetVariableInitializer()?.Value is not IInvocationOperation { TargetMethod.Name: "Lease" or "BeginTransaction" })
        {
            return;
        }

        bool isUsing = IsUsing(declarator.Syntax);
        if (local.ScopedKind == ScopedKind.None && (isUsing || !Uses(declarator).Any(u => u.Parent is IReturnOperation)))
        {
            report(Diagnostic.Create(LifetimeRules.LeaseNotScoped, local.Locations[0], local.Name));
        }

        if (!isUsing && !Uses(declarator).Any(IsEndOrLeftToOthers))
        {
            report(Diagnostic.Create(LifetimeRules.NeverDisposed, local.Locations[0], local.Name));
        }
    }

    private static bool IsUsing(SyntaxNode declarator) =>
        declarator.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 };

    // Who returns it, copies it or hands it to a method may leave its end to others.
    private static bool IsEndOrLeftToOthers(IOperation use) => use.Parent is IInvocationOperation call
        ? call.TargetMethod.Name == "Dispose"
        : use.Parent is not IPropertyReferenceOperation;

    private static IEnumerable<IOperation> Uses(IVariableDeclaratorOperation declarator)
    {
        IOperation root = declarator;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.Descendants().Where(o => o is ILocalReferenceOperation use && SymbolEqualityComparer.Default.Equals(use.Local, declarator.Symbol));
    }
}
