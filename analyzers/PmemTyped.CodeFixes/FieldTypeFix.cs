using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Gives a field the type that holds the same values on media.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class FieldTypeFix : FixProvider
{
    private static readonly Dictionary<(string Id, string Type), string> s_types = new()
    {
        [(LayoutRules.ProcessDependentSize.Id, "nint")] = "long",
        [(LayoutRules.ProcessDependentSize.Id, "IntPtr")] = "long",
        [(LayoutRules.ProcessDependentSize.Id, "nuint")] = "ulong",
        [(LayoutRules.ProcessDependentSize.Id, "UIntPtr")] = "ulong",
        [(LayoutRules.NotBitPatterns.Id, "bool")] = "byte",
        [(LayoutRules.NotBitPatterns.Id, "char")] = "ushort",
        [(LayoutRules.InvalidPublishField.Id, "int")] = "ulong",
        [(LayoutRules.InvalidPublishField.Id, "uint")] = "ulong",
    };

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.ProcessDependentSize.Id, LayoutRules.NotBitPatterns.Id, LayoutRules.InvalidPublishField.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<VariableDeclarationSyntax>() is { } declaration
            && s_types.TryGetValue((diagnostic.Id, declaration.Type.ToString()), out string? type))
        {
            Register(
                context,
                diagnostic,
                $"Make it '{type}'",
                "type",
                () => root.ReplaceNode(declaration.Type, SyntaxFactory.ParseTypeName(type).WithTriviaFrom(declaration.Type)));
        }
    }
}
