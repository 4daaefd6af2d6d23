using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>From where a generated member can be used; ordered, so the narrower of two is the smaller.</summary>
internal enum Visibility
{
    /// <summary>Only from inside a containing type: no accessor can be written.</summary>
    Hidden = 0,

    /// <summary>From this assembly.</summary>
    Internal = 1,

    /// <summary>From everywhere.</summary>
    Public = 2,
}

internal static class VisibilityOf
{
    internal static Visibility Declared(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => Visibility.Public,
        Accessibility.Internal or Accessibility.ProtectedOrInternal => Visibility.Internal,
        _ => Visibility.Hidden,
    };

    /// <summary>The narrowest of a type and everything that contains it.</summary>
    internal static Visibility Type(ITypeSymbol type)
    {
        Visibility visibility = Visibility.Public;
        for (ITypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            visibility = Min(visibility, Declared(current));
        }

        return visibility;
    }

    internal static Visibility Min(Visibility a, Visibility b) => a < b ? a : b;
}
