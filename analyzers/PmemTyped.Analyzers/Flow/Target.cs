namespace PmemTyped.Analyzers.Flow;

/// <summary>What an expression denotes: an object, a field of it, or nothing that is tracked.</summary>
internal enum TargetKind
{
    None = 0,

    /// <summary>A cursor onto the object.</summary>
    Cursor = 1,

    /// <summary>A writable place in the object: a reference, or a property with a setter.</summary>
    Place = 2,

    /// <summary>A buffer field.</summary>
    Span = 3,

    /// <summary>A scope that persists the object when it ends.</summary>
    Scope = 4,
}

/// <summary>The result of resolving an expression.</summary>
internal readonly record struct Target(TargetKind Kind, Root? Root, ulong Mask)
{
    internal static Target None => default;

    internal bool IsTracked => Root is not null;
}
