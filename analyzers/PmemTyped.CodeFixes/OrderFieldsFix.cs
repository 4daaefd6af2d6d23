using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.LockFile;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Orders the fields of a layout from wide to narrow, where this leaves no padding at all. Only before the layout is recorded:
/// afterwards its bytes may be on media.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class OrderFieldsFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.HiddenPadding.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<StructDeclarationSyntax>() is not { ContainsDirectives: false } layout
            || layout.AttributeLists.ToString().Contains("StructLayout")
            || model.GetDeclaredSymbol(layout, context.CancellationToken) is not { } type
            || LayoutPlanner.Plan(type, model.Compilation, context.CancellationToken).Model is not { } plan
            || await IsRecordedAsync(document.Project, plan.LayoutName, context.CancellationToken).ConfigureAwait(false)
            || Ordered(layout, plan) is not { } ordered)
        {
            return;
        }

        SyntaxNode changed = root.ReplaceNode(layout, ordered);
        if (IsTight(model.Compilation, root.SyntaxTree, changed, type, context.CancellationToken))
        {
            context.RegisterCodeFix(
                CodeAction.Create("Order the fields from wide to narrow", _ => Task.FromResult(document.WithSyntaxRoot(changed)), "order"), context.Diagnostics);
        }
    }

    private static async Task<bool> IsRecordedAsync(Project project, string name, CancellationToken token)
    {
        foreach (TextDocument file in project.AdditionalDocuments.Where(d => Path.GetFileName(d.FilePath ?? d.Name) is LockText.Shipped or LockText.Unshipped))
        {
            Microsoft.CodeAnalysis.Text.SourceText text = await file.GetTextAsync(token).ConfigureAwait(false);
            if (text.Lines.Any(l => l.ToString().TrimStart().StartsWith(name + "@", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    // Fields change places with fields only: what stands between them stays.
    private static StructDeclarationSyntax? Ordered(StructDeclarationSyntax layout, LayoutModel plan)
    {
        FieldDeclarationSyntax[] fields = [.. layout.Members.OfType<FieldDeclarationSyntax>().Where(f => !f.Modifiers.Any(SyntaxKind.StaticKeyword) && !f.Modifiers.Any(SyntaxKind.ConstKeyword))];
        Dictionary<string, int> alignments = plan.Fields.ToDictionary(f => f.Name, f => f.Shape.RuntimeAlignment);
        if (fields.Any(f => f.Declaration.Variables.Count != 1 || !alignments.ContainsKey(NameOf(f))) || fields.Length != alignments.Count)
        {
            return null;
        }

        FieldDeclarationSyntax[] ordered = [.. fields.OrderByDescending(f => alignments[NameOf(f)])];
        return layout.ReplaceNodes(fields, (field, _) => ordered[Array.IndexOf(fields, field)]);
    }

    private static string NameOf(FieldDeclarationSyntax field) => field.Declaration.Variables[0].Identifier.ValueText;

    private static bool IsTight(Compilation compilation, SyntaxTree old, SyntaxNode changed, INamedTypeSymbol type, CancellationToken token) =>
        PlannedChange.Problems(compilation, old, changed, type, token) is { } problems
        && problems.All(p => p.Kind is not (ProblemKind.HiddenPadding or ProblemKind.StraddlesLine));
}
