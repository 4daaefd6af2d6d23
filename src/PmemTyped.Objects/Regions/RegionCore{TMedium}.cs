using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Transactions;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// An open region over any medium: types, chunks, slots and lanes. The public shell adds the C# types and the lifetime of
/// the memory. Threads: safe; a lane belongs to who acquired it.
/// </summary>
internal sealed class RegionCore<TMedium>
    where TMedium : struct, IPmemMedium
{
    private static readonly byte[] s_zeros = new byte[RegionGeometry.PageBytes];

    private readonly Lock _typeLock = new();

    private RegionCore(
        TMedium medium, RegionGeometry geometry, RegionDamage region, TypeTable<TMedium> types, ChunkTable<TMedium> chunks, long root)
    {
        Medium = medium;
        Geometry = geometry;
        Path = region.Path;
        Types = types;
        Chunks = chunks;
        RootOffset = root;
        Slots = new SlotAllocator<TMedium>(medium, geometry, types, chunks, region);
        Lanes = new LaneSet<TMedium>(this);
    }

    internal static ReadOnlySpan<byte> Zeros => s_zeros;

    internal TMedium Medium { get; }

    internal string Path { get; }

    internal RegionGeometry Geometry { get; }

    internal TypeTable<TMedium> Types { get; }

    internal ChunkTable<TMedium> Chunks { get; }

    internal SlotAllocator<TMedium> Slots { get; }

    internal LaneSet<TMedium> Lanes { get; }

    internal long RootOffset { get; }

    /// <summary>
    /// Opens a region: first everything is judged without storing, then interrupted transactions are undone, then types that
    /// are new are added.
    /// </summary>
    /// <param name="medium">The region.</param>
    /// <param name="path">For messages.</param>
    /// <param name="types">The types of the program that the root reaches, the root's first.</param>
    /// <param name="beforeStores">Called when everything was judged, before anything is stored.</param>
    internal static RegionCore<TMedium> Open(
        TMedium medium, string path, IReadOnlyList<RegionType> types, Action? beforeStores = null)
    {
        var damage = new RegionDamage(path);
        RegionGeometry geometry = RegionHeader<TMedium>.Read(medium, damage, out long root);
        var table = new TypeTable<TMedium>(medium, geometry, damage);
        table.Load();
        table.RequireRoot(types[0]);
        foreach (RegionType type in types)
        {
            table.RequireSame(type);
        }

        var chunks = new ChunkTable<TMedium>(medium, geometry, table, damage);
        chunks.Load();
        if (chunks.Find(root) is not { } home || home.Word.Type != 0 || home.IndexOf(root) is not (>= 0 and var index) || !home.IsTaken(index))
        {
            damage.Throw("root", root, "an object of the first type", "none");
        }

        var recovery = new TransactionRecovery<TMedium>(medium, geometry, chunks, damage);
        recovery.Examine();
        table.RequireRoomFor(types);
        beforeStores?.Invoke();
        if (recovery.Count > 0)
        {
            recovery.Undo();
            chunks.Load();
        }

        var region = new RegionCore<TMedium>(medium, geometry, damage, table, chunks, root);
        foreach (RegionType type in types)
        {
            region.TypeOf(type);
        }

        return region;
    }

    /// <summary>The position of a type, which is added when the region does not know it.</summary>
    internal int TypeOf(RegionType type)
    {
        lock (_typeLock)
        {
            Types.RequireSame(type);
            int found = Types.Find(type.Name);
            return found >= 0 ? found : Types.Add(type);
        }
    }

    /// <summary>The position of a type, or -1; refuses one that the region knows with another layout.</summary>
    internal int FindType(RegionType type)
    {
        lock (_typeLock)
        {
            Types.RequireSame(type);
            return Types.Find(type.Name);
        }
    }

    /// <summary>The array of a type and how many elements it has; 0 when there is none.</summary>
    internal long ArrayOf(int type, out long count)
    {
        long at = RegionGeometry.TypeOffset(type) + TypeEntryLayout.ArrayOffset;
        long first = (long)Medium.Load64(at);
        count = 0;
        if (first == 0)
        {
            return 0;
        }

        if (Chunks.Find(first) is not { Word.Kind: ChunkKind.Array } chunk || chunk.Word.Type != type || chunk.First != first)
        {
            new RegionDamage(Path).Throw("array word", at, "the first element of an array", FormattableString.Invariant($"0x{first:X}"));
            return 0;
        }

        count = chunk.Count;
        return first;
    }
}
