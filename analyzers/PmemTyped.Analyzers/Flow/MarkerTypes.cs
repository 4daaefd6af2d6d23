using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>The types of the contract, looked up once for each compilation, and what is known about methods and layouts.</summary>
internal sealed class MarkerTypes
{
    private static readonly string[] s_resources =
    [
        "PmemTyped.Mapping.PmemMapLease", "PmemTyped.Mapping.PmemMap", "PmemTyped.Mapping.PmemSource", "PmemTyped.Blocks.BlockPool",
        "PmemTyped.BlockPool`1", "PmemTyped.RegionLease", "PmemTyped.PersistentTransaction", "PmemTyped.PersistentRegion",
        "PmemTyped.Replication.RemotePool", "PmemTyped.Replication.ReplicaSet", "PmemTyped.Replication.ReplicaPrimary",
    ];

    // Most types are told apart by their simple name.
    private static readonly HashSet<string> s_names =
        new(s_resources.Select(r => r.Substring(r.LastIndexOf('.') + 1).Split('`')[0]), StringComparer.Ordinal);

    private readonly INamedTypeSymbol _cursor;
    private readonly INamedTypeSymbol? _reader;
    private readonly INamedTypeSymbol? _span;
    private readonly INamedTypeSymbol? _scope;
    private readonly INamedTypeSymbol? _lease;
    private readonly INamedTypeSymbol? _regionLease;
    private readonly INamedTypeSymbol? _transaction;
    private readonly INamedTypeSymbol? _remotePool;
    private readonly INamedTypeSymbol? _replicaSet;
    private readonly INamedTypeSymbol? _rpmem;
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
        _regionLease = compilation.GetTypeByMetadataName("PmemTyped.RegionLease");
        _transaction = compilation.GetTypeByMetadataName("PmemTyped.PersistentTransaction");
        _remotePool = compilation.GetTypeByMetadataName("PmemTyped.Replication.RemotePool");
        _replicaSet = compilation.GetTypeByMetadataName("PmemTyped.Replication.ReplicaSet");
        _rpmem = compilation.GetTypeByMetadataName("PmemTyped.Replication.Rpmem");
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

    /// <summary>Something that keeps memory mapped for one scope.</summary>
    internal bool IsLease(ITypeSymbol? type) => Is(type, _lease) || Is(type, _regionLease);

    /// <summary>Something that must end with a scope, and whose cursors must not leave it.</summary>
    internal bool EndsWithScope(ITypeSymbol? type) => IsLease(type) || IsTransaction(type);

    /// <summary>A lease, map, region, pool, transaction or replica: something that cursors or ranges depend on and that ends.</summary>
    internal bool IsResource(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol named || !s_names.Contains(named.Name))
        {
            return false;
        }

        foreach (INamedTypeSymbol resource in _resources)
        {
            if (Is(named, resource))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A transaction: what is stored through its cursors is durable when it commits, or undone.</summary>
    internal bool IsTransaction(ITypeSymbol? type) => Is(type, _transaction);

    /// <summary>A pool on another machine: each call throws, or what it says is done.</summary>
    internal bool IsRemotePool(ITypeSymbol? type) => Is(type, _remotePool);

    /// <summary>Several replicas, whose answer says how much of them has the bytes.</summary>
    internal bool IsReplicaSet(ITypeSymbol? type) => Is(type, _replicaSet);

    /// <summary>The class of calls that answer with a number as those of C do.</summary>
    internal bool IsRpmem(ITypeSymbol? type) => Is(type, _rpmem);

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

    // The names of two types differ far more often than their namespaces.
    private static bool Is(ITypeSymbol? type, INamedTypeSymbol? marker) =>
        marker is not null && type is INamedTypeSymbol named && named.Name == marker.Name
        && SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, marker);
}
