// Holds one idea: how the types and attributes of the contract are recognised and how user types are written.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PmemTyped.Schema;

internal static class TypeNames
{
    /// <summary>The enum of the compiler that this is built against does not name it.</summary>
    internal const LanguageVersion CSharp14 = (LanguageVersion)1400;

    internal const string PersistentLayout = "PmemTyped.PersistentLayoutAttribute";
    internal const string MigratesFrom = "PmemTyped.MigratesFromAttribute";
    internal const string Utf8Text = "PmemTyped.Utf8TextAttribute";
    internal const string VariableBytes = "PmemTyped.VariableBytesAttribute";
    internal const string VariableLength = "PmemTyped.VariableLengthAttribute";
    internal const string BlockRecordInterface = "PmemTyped.IBlockRecord`1";
    internal const string Reference64 = "PmemTyped.PPtr";
    internal const string PointsTo = "PmemTyped.PointsToAttribute`1";
    internal const string Cursor = "PmemTyped.Persistent`1";

    /// <summary>End of the name of every generated file; parts found in such a file are not the user's.</summary>
    internal const string GeneratedFileSuffix = ".PersistentLayout.g.cs";

    /// <summary>Namespace and metadata name of a top-level type; empty for anything else.</summary>
    internal static string MetadataName(ITypeSymbol type) =>
        type is INamedTypeSymbol { ContainingType: null, ContainingNamespace: { } space }
            ? space.IsGlobalNamespace ? type.MetadataName : space.ToDisplayString() + "." + type.MetadataName
            : "";

    /// <summary>Whether a top-level type has this namespace and metadata name; asked for every attribute, so nothing is built.</summary>
    internal static bool Is(ITypeSymbol type, string metadataName)
    {
        int start = metadataName.Length - type.MetadataName.Length;
        if (type.ContainingType is not null || start < 0 || string.CompareOrdinal(metadataName, start, type.MetadataName, 0, metadataName.Length) != 0)
        {
            return false;
        }

        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            start -= space.Name.Length + 1;
            if (start < 0 || metadataName[start + space.Name.Length] != '.'
                || string.CompareOrdinal(metadataName, start, space.Name, 0, space.Name.Length) != 0)
            {
                return false;
            }
        }

        return start == 0;
    }

    internal static AttributeData? Attribute(ISymbol symbol, string metadataName)
    {
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && Is(type, metadataName) && !IsGenerated(attribute))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The first constructor argument of an attribute.</summary>
    internal static object? Argument(AttributeData? attribute) =>
        attribute is { ConstructorArguments: { Length: > 0 } arguments } && arguments[0].Kind != TypedConstantKind.Array
            ? arguments[0].Value
            : null;

    /// <summary>A C# reference to a type, complete from the global namespace on.</summary>
    internal static string Reference(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The dotted C# name of a type, which is also its name on media when none is given.</summary>
    internal static string Dotted(ITypeSymbol type) => type.ToDisplayString(
        SymbolDisplayFormat.FullyQualifiedFormat
            .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
            .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes));

    /// <summary>An identifier as it must be written in C#.</summary>
    internal static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>An identifier that may already be escaped, as it must be written in C#.</summary>
    internal static string EscapeOnce(string name) => name.StartsWith("@", StringComparison.Ordinal) ? name : Escape(name);

    /// <summary>Whether a member was written by our generator and not by the user.</summary>
    internal static bool IsGenerated(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Length > 0
        && symbol.DeclaringSyntaxReferences.All(r => IsGenerated(r.SyntaxTree));

    internal static bool IsGenerated(SyntaxTree tree) =>
        tree.FilePath.EndsWith(GeneratedFileSuffix, StringComparison.Ordinal);

    private static bool IsGenerated(AttributeData attribute) =>
        attribute.ApplicationSyntaxReference is { } reference && IsGenerated(reference.SyntaxTree);
}
