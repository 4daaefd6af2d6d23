using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Keeps a contract that some path breaks, or takes it back.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class KeepContractFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.ContractNotKept.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ParameterSyntax>() is not { } parameter)
        {
            return;
        }

        string name = parameter.Identifier.ValueText;
        if (parameter.Parent?.Parent is BaseMethodDeclarationSyntax { Body: { Statements.Count: > 0 } body })
        {
            Register(
                context,
                diagnostic,
                $"Persist '{name}' when the method ends",
                "scope",
                () => StatementPlace.InsertBefore(root, body.Statements[0], PersistStoresFix.Scope(body.Statements[0], name)));
        }

        if (parameter.AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(IsPromise) is { Parent: AttributeListSyntax list } promise)
        {
            Register(context, diagnostic, $"Remove [{promise.Name}]", "remove", () => list.Attributes.Count > 1
                ? root.ReplaceNode(list, list.WithAttributes(list.Attributes.Remove(promise)))
                : root.ReplaceNode(parameter, parameter.WithAttributeLists(parameter.AttributeLists.Remove(list)).WithLeadingTrivia(parameter.GetLeadingTrivia())));
        }
    }

    private static bool IsPromise(AttributeSyntax attribute) =>
        attribute.Name.ToString().Split('.').Last() is "Persists" or "Flushes" or "PersistsAttribute" or "FlushesAttribute";
}
