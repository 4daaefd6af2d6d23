using System.Numerics;
using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// The types that a region holds objects of. Entries are appended and never change, but for the word that names the array.
/// Threads: adding needs the caller's lock.
/// </summary>
internal sealed class TypeTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly RegionGeometry _geometry;
    private readonly RegionDamage _damage;
    private readonly List<RegionType> _types = [];
    private readonly TMedium _medium;

    internal TypeTable(TMedium medium, RegionGeometry geometry, RegionDamage damage)
    {
        _medium = medium;
        _geometry = geometry;
        _damage = damage;
    }

    internal IReadOnlyList<RegionType> Types => _types;

    /// <summary>Reads all entries. Stores nothing.</summary>
    internal void Load()
    {
        bool hasEnded = false;
        for (int i = 0; i < _geometry.Format.TypeCapacity; i++)
        {
            long offset = RegionGeometry.TypeOffset(i);
            if (_medium.Load64(offset) == 0)
            {
                hasEnded = true;
                continue;
            }

            RegionType type = Read(offset);
            if (hasEnded || Find(type.Name) >= 0)
            {
                _damage.Throw("type table", offset, "an entry of a new type behind another", $"'{type.Name}'");
            }

            _types.Add(type);
        }
    }

    /// <summary>The position of a type, or -1.</summary>
    internal int Find(string name) => _types.FindIndex(t => t.Name == name);

    /// <summary>Refuses a type of the program that the region knows with another layout. Stores nothing.</summary>
    internal void RequireSame(RegionType type)
    {
        int found = Find(type.Name);
        if (found >= 0 && _types[found].Hash != type.Hash)
        {
            string stored = _types[found].Text;
            throw new LayoutMismatchException(
                _damage.Path,
                stored,
                type.Text,
                LayoutDifferences.Between(stored, type.Text),
                "The region was made with another one; use the program version that made it, or copy the objects over.");
        }
    }

    /// <summary>Refuses a root type that is not the first one. Stores nothing.</summary>
    internal void RequireRoot(RegionType root)
    {
        if (_types.Count == 0)
        {
            _damage.Throw("type table", RegionGeometry.TypesOffset, "the type of the root", "nothing");
        }

        if (_types[0].Name != root.Name)
        {
            throw new LayoutMismatchException(
                _damage.Path,
                _types[0].Text,
                root.Text,
                [$"root: the region has {_types[0].Name}, the program {root.Name}"],
                "Open it with the type that it was made with.");
        }
    }

    /// <summary>Refuses types of the program that the region has no room for. Stores nothing.</summary>
    internal void RequireRoomFor(IReadOnlyList<RegionType> types)
    {
        int added = types.Count(t => Find(t.Name) < 0);
        if (added > _geometry.Format.TypeCapacity - _types.Count)
        {
            throw Full(FormattableString.Invariant($"{added} types more"));
        }
    }

    /// <summary>Stores a type that is not there yet. Persisted on return.</summary>
    internal int Add(RegionType type)
    {
        if (_types.Count == _geometry.Format.TypeCapacity)
        {
            throw Full($"a type more, '{type.Name}'");
        }

        long offset = RegionGeometry.TypeOffset(_types.Count);
        Store(offset, type);

        // P3: crash before here: the entry has no magic and counts as unused.
        _medium.Drain(RegionOrdering.P3);
        _medium.Store64(offset, TypeEntryLayout.MagicValue);

        // P4: crash before here: the type is known or not; no chunk names it yet.
        _medium.Persist(offset, sizeof(ulong), RegionOrdering.P4);
        _types.Add(type);
        return _types.Count - 1;
    }

    private PmemCapacityException Full(string needed) => new(
        _damage.Path,
        needed,
        FormattableString.Invariant($"its type table has room for {_geometry.Format.TypeCapacity}"),
        "Use fewer types in one region.");

    // The magic is left out.
    private void Store(long offset, RegionType type)
    {
        byte[] text = Encoding.UTF8.GetBytes(type.Text);
        var entry = new TypeEntryLayout
        {
            Magic = TypeEntryLayout.MagicValue,
            LayoutHash = type.Hash,
            SizeOfObject = (uint)type.SizeBytes,
            AlignmentBytes = (uint)type.AlignmentBytes,
            TextBytes = (uint)text.Length,
        };
        entry.Checksum = TypeEntryLayout.ComputeChecksum(entry, text);
        _medium.Store(offset + sizeof(ulong), Blittable.AsBytes(in entry)[sizeof(ulong)..]);
        _medium.Store(offset + TypeEntryLayout.SizeBytes, text);
        _medium.Flush(
            offset + sizeof(ulong),
            TypeEntryLayout.SizeBytes + text.Length - sizeof(ulong),
            RegionOrdering.P3);
    }

    private RegionType Read(long offset)
    {
        TypeEntryLayout entry = Blittable.Read<TypeEntryLayout>(_medium.Window(offset, TypeEntryLayout.SizeBytes));
        int length = (int)Math.Min(entry.TextBytes, TypeEntryLayout.MaxTextBytes);
        ReadOnlySpan<byte> bytes = _medium.Window(offset + TypeEntryLayout.SizeBytes, length);
        uint checksum = TypeEntryLayout.ComputeChecksum(entry, bytes);
        string text = Encoding.UTF8.GetString(bytes);
        int nameEnd = text.IndexOf('@', StringComparison.Ordinal);
        bool isSound = entry.Magic == TypeEntryLayout.MagicValue
            && checksum == entry.Checksum
            && length == entry.TextBytes
            && nameEnd > 0
            && entry.SizeOfObject is > 0 and <= int.MaxValue / 2
            && entry.AlignmentBytes is > 0 and <= RegionGeometry.PageBytes
            && BitOperations.IsPow2(entry.AlignmentBytes);
        if (!isSound)
        {
            _damage.Throw(
                "type entry",
                offset,
                FormattableString.Invariant($"a layout with checksum 0x{checksum:X8}"),
                FormattableString.Invariant($"0x{entry.Checksum:X8}"));
        }

        return new RegionType(
            text[..nameEnd], entry.LayoutHash, (int)entry.SizeOfObject, (int)entry.AlignmentBytes, text);
    }
}
