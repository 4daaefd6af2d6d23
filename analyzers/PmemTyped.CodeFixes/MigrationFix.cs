using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using PmemTyped.Analyzers;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.CodeFixes;

/// <summary>Adds the step from the version before: fields of the same name and type are copied, the others are left to the user.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MigrationFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [EvolutionRules.Incompatible.Id, EvolutionRules.NoMigration.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<StructDeclarationSyntax>() is not { } syntax
            || model.GetDeclaredSymbol(syntax, context.CancellationToken) is not { } type
            || LayoutAttribute.Of(type) is not { } own)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (int.TryParse(PersistStatements.Property(diagnostic, FixKeys.Previous), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
                && Layouts(model.Compilation).FirstOrDefault(t => LayoutAttribute.Of(t) is { } a && a.Name == own.Name && a.Version == version) is { } old)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Add a migration from '{old.Name}'",
                        _ => Task.FromResult(document.WithSyntaxRoot(root.ReplaceNode(syntax, syntax.AddMembers(Step(type, old))))),
                        "migration"),
                    diagnostic);
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Layouts(Compilation compilation) => compilation
        .GetSymbolsWithName(_ => true, SymbolFilter.Type)
        .OfType<INamedTypeSymbol>()
        .Where(t => t.TypeKind == TypeKind.Struct);

    private static MemberDeclarationSyntax Step(INamedTypeSymbol type, INamedTypeSymbol old)
    {
        IEnumerable<string> copied = Fields(type)
            .Where(f => Fields(old).Any(o => o.Name == f.Name && SymbolEqualityComparer.Default.Equals(TypeOf(o), TypeOf(f))))
            .Select(f => $"    to.{f.Name} = from.{f.Name};\n");
        string text = $"[global::PmemTyped.MigratesFrom(typeof({TypeNames.Reference(old)}))]\n"
            + $"private static void Upgrade(in {TypeNames.Reference(old)} from, out {TypeNames.Reference(type)} to)\n"
            + "{\n    to = default;\n" + string.Concat(copied) + "}\n";
        return SyntaxFactory.ParseMemberDeclaration(text)!
            .WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed)
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
    }

    private static IEnumerable<ISymbol> Fields(INamedTypeSymbol type) =>
        LayoutFields.Declared(type).Where(f => !LayoutPlanner.IsReserved(f));

    private static ITypeSymbol TypeOf(ISymbol field) => field is IFieldSymbol f ? f.Type : ((IPropertySymbol)field).Type;
}
