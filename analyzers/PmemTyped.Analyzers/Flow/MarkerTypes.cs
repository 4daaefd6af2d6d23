using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>The types of the contract, looked up once for each compilation, and what is known about methods and layouts.</summary>
internal sealed class MarkerTypes
{
    private static readonly string[] s_resources =
    [
        "PmemTyped.Mapping.PmemMapLease", "PmemTyped.Mapping.PmemMap", "PmemTyped.Mapping.PmemSource", "PmemTyped.Blocks.BlockPool",
        "PmemTyped.BlockPool`1",
    ];

    private readonly INamedTypeSymbol _cursor;
    private readonly INamedTypeSymbol? _reader;
    private readonly INamedTypeSymbol? _span;
    private readonly INamedTypeSymbol? _scope;
    private readonly INamedTypeSymbol? _lease;
    private readonly INamedTypeSymbol[] _resources;
    private readonly ConcurrentDictionary<IMethodSymbol, MethodContract> _contracts = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _holders = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, LayoutShape> _shapes = new(SymbolEqualityComparer.Default);

    private MarkerTypes(Compilation compilation, INamedTypeSymbol cursor)
    {
        Compilation = compilation;
        _cursor = cursor;
        _reader = compilation.GetTypeByMetadataName("PmemTyped.ReadOnlyPersistent`1");
        _span = compilation.GetTypeByMetadataName("PmemTyped.PersistentSpan`1");
        _scope = compilation.GetTypeByMetadataName("PmemTyped.PersistScope`1");
        _lease = compilation.GetTypeByMetadataName("PmemTyped.Mapping.PmemMapLease");
        _resources = [.. s_resources.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>()];
    }

    internal Compilation Compilation { get; }

    /// <summary>Gets the shape of everything that is not a known layout.</summary>
    internal static LayoutShape NoShape { get; } = LayoutShape.Of(null, null);

    internal static MarkerTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("PmemTyped.Persistent`1") is { } cursor ? new MarkerTypes(compilation, cursor) : null;

    internal bool IsCursor(ITypeSymbol? type) => Is(type, _cursor);

    internal bool IsReader(ITypeSymbol? type) => Is(type, _reader);

    internal bool IsSpan(ITypeSymbol? type) => Is(type, _span);

    internal bool IsScope(ITypeSymbol? type) => Is(type, _scope);

    internal bool IsLease(ITypeSymbol? type) => Is(type, _lease);

    /// <summary>A lease, map or pool: something that cursors depend on and that is disposed.</summary>
    internal bool IsResource(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "PmemMapLease" or "PmemMap" or "PmemSource" or "BlockPool" } && _resources.Any(r => Is(type, r));

    /// <summary>A transaction: what is handed to it before its stores is undone after a crash.</summary>
    internal static bool IsTransaction(ITypeSymbol? type) =>
        type is { Name: "PersistentTransaction", ContainingNamespace: { } space } && IsOurs(space);

    /// <summary>A replica or a set of them, whatever its type is called.</summary>
    internal static bool IsReplica(ITypeSymbol? type) =>
        type?.ContainingNamespace is { Name: "Replication", ContainingNamespace: { Name: "PmemTyped" } space } && IsOurs(space);

    /// <summary>A reference that counts from its own place on media.</summary>
    internal static bool IsSelfRelative(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct } named
        && Schema.TypeNames.Attribute(named.OriginalDefinition, "PmemTyped.SelfRelativeAttribute") is not null;

    /// <summary>A cursor or a buffer: something that stores go through.</summary>
    internal bool IsWritable(ITypeSymbol? type) => IsCursor(type) || IsSpan(type);

    /// <summary>A ref struct of the user that keeps a cursor.</summary>
    internal bool Holds(INamedTypeSymbol type) => _holders.GetOrAdd(
        type.OriginalDefinition, t => ((INamedTypeSymbol)t).GetMembers().OfType<IFieldSymbol>().Any(f => !f.IsStatic && IsWritable(f.Type)));

    internal MethodContract ContractOf(IMethodSymbol method) =>
        _contracts.GetOrAdd(method.OriginalDefinition, static m => MethodContract.Of(m));

    /// <summary>The shape of the layout behind a cursor type.</summary>
    internal LayoutShape ShapeOf(ITypeSymbol? cursor) =>
        cursor is INamedTypeSymbol { TypeArguments.Length: 1 } named && named.TypeArguments[0] is INamedTypeSymbol layout && IsCursor(named)
            ? ShapeOfLayout(layout)
            : NoShape;

    internal LayoutShape ShapeOfLayout(INamedTypeSymbol layout) =>
        _shapes.GetOrAdd(layout, l => LayoutShape.Of((ITypeSymbol)l, Compilation));

    private static bool IsOurs(INamespaceSymbol? space)
    {
        while (space is { ContainingNamespace.IsGlobalNamespace: false })
        {
            space = space.ContainingNamespace;
        }

        return space is { Name: "PmemTyped" };
    }

    private static bool Is(ITypeSymbol? type, INamedTypeSymbol? marker) =>
        marker is not null && type is INamedTypeSymbol named && SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, marker);
}
