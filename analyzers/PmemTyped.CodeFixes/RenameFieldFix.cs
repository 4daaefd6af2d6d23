using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Rename;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Renames a field whose name the cursor or the generated code has taken, and every use of it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RenameFieldFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.NameHidden.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is { } root
            && await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is { } model
            && model.GetDeclaredSymbol(root.FindNode(context.Span), context.CancellationToken) is (IFieldSymbol or IPropertySymbol) and { } field)
        {
            string name = field.Name + "Value";
            for (int i = 2; field.ContainingType.GetMembers(name).Length > 0; i++)
            {
                name = field.Name + "Value" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Rename it to '{name}'",
                    token => Renamer.RenameSymbolAsync(document.Project.Solution, field, default(SymbolRenameOptions), name, token),
                    "rename"),
                context.Diagnostics);
        }
    }
}
