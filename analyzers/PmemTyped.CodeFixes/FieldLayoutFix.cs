using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Gives bytes of its own to a field that has none that are promised: a date or a nullable becomes a mapped property, behind
/// all fields as its storage is; a tuple becomes a layout of its elements. Bytes that this leaves between are named.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class FieldLayoutFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.LayoutNotGuaranteed.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        CancellationToken token = context.CancellationToken;
        if (await document.GetSyntaxRootAsync(token).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(token).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not
            { Parent: StructDeclarationSyntax layout, Declaration.Variables: { Count: 1 } variables } field
            || variables[0].Initializer is not null
            || layout.AttributeLists.ToString().Contains("StructLayout")
            || model.GetDeclaredSymbol(layout, token) is not { } type
            || model.GetTypeInfo(field.Declaration.Type, token).Type is not INamedTypeSymbol stored)
        {
            return;
        }

        string name = variables[0].Identifier.ValueText;
        SyntaxNode? changed = IsMappable(stored) ? root.ReplaceNode(layout, Mapped(layout, field))
            : stored.IsTupleType ? WithLayout(root, layout, field, stored, type)
            : null;
        if (changed is not null && Padded(model.Compilation, root.SyntaxTree, changed, type, name, token) is { } padded)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    stored.IsTupleType ? $"Make '{name}' a layout of its own" : $"Map '{name}' as a property",
                    _ => Task.FromResult(document.WithSyntaxRoot(padded)),
                    "layout"),
                context.Diagnostics);
        }
    }

    private static bool IsMappable(INamedTypeSymbol type) => Scalars.IsMapped(Scalars.KindOf(type))
        || (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
            && Scalars.KindOf(type.TypeArguments[0]) is not (ScalarKind.None or ScalarKind.Reference));

    private static StructDeclarationSyntax Mapped(StructDeclarationSyntax layout, FieldDeclarationSyntax field)
    {
        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        MemberDeclarationSyntax property = SyntaxFactory.ParseMemberDeclaration("public partial int P { get; set; }") is PropertyDeclarationSyntax { AccessorList: { } accessors }
            ? SyntaxFactory.PropertyDeclaration(
                field.AttributeLists,
                field.Modifiers.Add(partial),
                field.Declaration.Type,
                null,
                field.Declaration.Variables[0].Identifier.WithTrailingTrivia(SyntaxFactory.Space),
                accessors).WithTriviaFrom(field)
            : field;
        int last = layout.Members.LastIndexOf(m => m is FieldDeclarationSyntax f && !f.Modifiers.Any(SyntaxKind.StaticKeyword) && !f.Modifiers.Any(SyntaxKind.ConstKeyword));
        int at = layout.Members.IndexOf(field);
        return layout.WithMembers(at == last ? layout.Members.Replace(field, property) : layout.Members.Insert(last + 1, property).RemoveAt(at));
    }

    // From wide to narrow nothing lies between scalars; what is left behind them is named.
    private static SyntaxNode? WithLayout(
        SyntaxNode root, StructDeclarationSyntax layout, FieldDeclarationSyntax field, INamedTypeSymbol tuple, INamedTypeSymbol owner)
    {
        var elements = tuple.TupleElements.Select(e => (e.Name, e.Type, Kind: Scalars.KindOf(e.Type))).ToList();
        if (elements.Any(e => e.Kind is ScalarKind.None or ScalarKind.Reference || Scalars.IsMapped(e.Kind)))
        {
            return null;
        }

        string name = field.Declaration.Variables[0].Identifier.ValueText;
        string access = layout.Modifiers.Any(SyntaxKind.PublicKeyword) ? "public " : layout.Modifiers.Any(SyntaxKind.PrivateKeyword) ? "private " : "internal ";
        string text = $"[PersistentLayout(\"{LayoutAttribute.Of(owner)!.Name}.{name}\")]\r\n{access}partial struct {name}Layout\r\n{{\r\n"
            + string.Concat(elements.OrderByDescending(e => Scalars.Fact(e.Kind).Alignment)
                .Select(e => $"public {e.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} {e.Name};\r\n"));
        int bytes = elements.Sum(e => Scalars.Fact(e.Kind).Size);
        int gap = (int)FieldPlacement.RoundUp(bytes, elements.Max(e => Scalars.Fact(e.Kind).Alignment)) - bytes;
        string pad = "Pad" + gap.ToString(CultureInfo.InvariantCulture);
        text += gap == 0 ? "}" : $"[Reserved] private {pad} _reserved0;\r\n}}";
        List<SyntaxNode> added = [layout.ReplaceNode(field.Declaration.Type, SyntaxFactory.ParseTypeName(name + "Layout").WithTriviaFrom(field.Declaration.Type)), PaddingFix.Member(text)];
        if (gap > 0 && !root.DescendantNodes().OfType<StructDeclarationSyntax>().Any(s => s.Identifier.ValueText == pad))
        {
            added.Add(PaddingFix.Pad(gap));
        }

        return root.ReplaceNode(layout, added);
    }

    // Padding before the new member is named; a change that needs more than that is not offered.
    private static SyntaxNode? Padded(
        Compilation compilation, SyntaxTree old, SyntaxNode changed, INamedTypeSymbol type, string name, CancellationToken token)
    {
        if (PlannedChange.Problems(compilation, old, changed, type, token) is not { } problems)
        {
            return null;
        }

        LayoutProblem[] bad = [.. problems.Where(p => p.Kind is ProblemKind.HiddenPadding or ProblemKind.StraddlesLine or ProblemKind.UnusableDeclaration)];
        if (bad.Length == 0)
        {
            return changed;
        }

        MemberDeclarationSyntax? member = changed.DescendantNodes().OfType<MemberDeclarationSyntax>().FirstOrDefault(m => m switch
        {
            PropertyDeclarationSyntax property => property.Identifier.ValueText == name,
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText == name,
            _ => false,
        } && m.Parent is StructDeclarationSyntax { Identifier: var owner } && owner.ValueText == type.Name);
        if (bad.Length != 1 || bad[0].Kind != ProblemKind.HiddenPadding || bad[0].Symbol.Name != name || member?.Parent is not StructDeclarationSyntax layout)
        {
            return null;
        }

        SyntaxNode padded = PaddingFix.WithPadding(changed, layout, member, bad[0].Gap);
        return PlannedChange.Problems(compilation, old, padded, type, token) is { } left
            && left.All(p => p.Kind is not (ProblemKind.HiddenPadding or ProblemKind.StraddlesLine or ProblemKind.UnusableDeclaration))
                ? padded
                : null;
    }
}
