using System.Globalization;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>The values of [PersistentLayout], as written.</summary>
/// <param name="Name">Name on media; the dotted C# name when none is given.</param>
/// <param name="Version">Its version.</param>
/// <param name="Alignment">Alignment in bytes; 0 means natural.</param>
internal sealed record LayoutAttribute(string Name, int Version, int Alignment)
{
    /// <summary>A page: no map promises more.</summary>
    internal const int MaxAlignment = 4096;

    /// <summary>The width of the version in a record header.</summary>
    internal const int MaxVersion = ushort.MaxValue;

    private const string ReservedCharacters = "@#{}:\"\\";

    internal static LayoutAttribute? Of(INamedTypeSymbol type)
    {
        if (TypeNames.Attribute(type, TypeNames.PersistentLayout) is not { } data)
        {
            return null;
        }

        string? name = TypeNames.Argument(data) as string;
        return new LayoutAttribute(
            name ?? TypeNames.Dotted(type).Replace("@", ""), Named(data, "Version", 1), Named(data, "Alignment", 0));
    }

    internal static int Named(AttributeData data, string name, int otherwise) =>
        data.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value is int value ? value : otherwise;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault()
    {
        if (Name.Length == 0
            || Name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || ReservedCharacters.Contains(c)))
        {
            return "the name on media is empty or contains white space or one of " + ReservedCharacters;
        }

        if (Version is < 1 or > MaxVersion)
        {
            return string.Format(
                CultureInfo.InvariantCulture, "version {0} is not between 1 and {1}", Version, MaxVersion);
        }

        return Alignment is < 0 or > MaxAlignment || (Alignment & (Alignment - 1)) != 0
            ? string.Format(
                CultureInfo.InvariantCulture, "alignment {0} is not a power of two up to {1}", Alignment, MaxAlignment)
            : null;
    }
}
