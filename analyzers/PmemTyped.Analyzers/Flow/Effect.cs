namespace PmemTyped.Analyzers.Flow;

/// <summary>What a call does to a persistent object.</summary>
[Flags]
internal enum Effects
{
    None = 0,
    Stores = 1,
    Flushes = 2,
    Drains = 4,
    Persists = Flushes | Drains,
    LeavesUnpersisted = 8,
    RequiresPersisted = 16,
}

/// <summary>The effects that attributes promise for one parameter, receiver or result.</summary>
/// <param name="Kinds">What is done.</param>
/// <param name="Fields">To which fields; empty means the whole object.</param>
internal readonly record struct Effect(Effects Kinds, FieldNames Fields)
{
    internal bool Has(Effects kinds) => (Kinds & kinds) == kinds;

    internal bool HasAny(Effects kinds) => (Kinds & kinds) != 0;
}

/// <summary>Names of fields as an attribute lists them; none, or null, stands for all.</summary>
internal readonly record struct FieldNames(string[]? Names)
{
    internal bool IsWhole => Names is not { Length: > 0 };
}
