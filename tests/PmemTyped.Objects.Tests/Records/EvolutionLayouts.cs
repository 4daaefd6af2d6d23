namespace PmemTyped.Objects.Tests.Records;

// Programs of different age, in one test project: each struct is what one program has.
#pragma warning disable PMT0017

/// <summary>An item as it was first.</summary>
[PersistentLayout("evolve.item", Version = 1)]
public partial struct ItemV1
{
    public long Id;
    public int Price;
    [Reserved] public int _reserved0;
}

/// <summary>The price became cents in 64 bits, in another place; needs a step.</summary>
[PersistentLayout("evolve.item", Version = 2)]
public partial struct ItemV2
{
    public long Id;
    [Reserved] public int _reserved0;
    public int Stock;
    public long Cents;

    [MigratesFrom(typeof(ItemV1))]
    private static void Upgrade(in ItemV1 from, out ItemV2 to) =>
        to = new ItemV2 { Id = from.Id, Cents = from.Price * 100L, Stock = -1 };
}

/// <summary>A name was added and the stock moved; the chain is V1, V2, V3.</summary>
[PersistentLayout("evolve.item", Version = 3)]
public partial struct ItemV3
{
    public long Id;
    public long Cents;
    public long Stock;
    public ItemName Name;

    [MigratesFrom(typeof(ItemV2))]
    private static void Upgrade(in ItemV2 from, out ItemV3 to) => to = new ItemV3
    {
        Id = from.Id,
        Cents = from.Cents,
        Stock = from.Stock,
        Name = FormattableString.Invariant($"item {from.Id}"),
    };
}

/// <summary>Knows V2 by itself, but V1 only because V2 does; the direct step from V1 wins.</summary>
[PersistentLayout("evolve.item", Version = 4)]
public partial struct ItemV4
{
    public long Id;
    public long Cents;
    public long Way;

    [MigratesFrom(typeof(ItemV3))]
    private static void Upgrade(in ItemV3 from, out ItemV4 to) => to = new ItemV4 { Id = from.Id, Cents = from.Cents, Way = 3 };

    [MigratesFrom(typeof(ItemV1))]
    private static void Upgrade(in ItemV1 from, out ItemV4 to) => to = new ItemV4 { Id = from.Id, Cents = from.Price, Way = 1 };
}

/// <summary>A step that fails for some records.</summary>
[PersistentLayout("evolve.item", Version = 5)]
public partial struct ItemPicky
{
    public long Id;
    public ulong Cents;

    [MigratesFrom(typeof(ItemV1))]
    private static void Upgrade(in ItemV1 from, out ItemPicky to) => to = from.Price >= 0
        ? new ItemPicky { Id = from.Id, Cents = (ulong)from.Price }
        : throw new InvalidDataException("a price below zero");
}

/// <summary>Another kind of record.</summary>
[PersistentLayout("evolve.other", Version = 1)]
public partial struct OtherItem
{
    public long Id;
    public long Price;
}

[Utf8Text(24)]
public partial struct ItemName;

/// <summary>The layout that rows of the compatibility table begin with.</summary>
[PersistentLayout("evolve.row", Version = 1)]
public partial struct Row
{
    public long Id;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Weight;
}

/// <summary>Type and fields renamed.</summary>
[PersistentLayout("evolve.row", Version = 1)]
public partial struct RowRenamed
{
    public long Number;
    public int Amount;
    public short Sort;
    [Reserved] public short _unused;
    public long Mass;
}

/// <summary>Values added to an enum of the same width.</summary>
[PersistentLayout("evolve.row", Version = 1)]
public partial struct RowWithKind
{
    public long Id;
    public int Count;
    public RowKind Kind;
    [Reserved] public short _reserved0;
    public long Weight;
}

public enum RowKind : short
{
    None = 0,
    Large = 3,
}

/// <summary>A field in what was reserved.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowAppendedInside
{
    public long Id;
    public int Count;
    public short Kind;
    public short Color;
    public long Weight;
}

/// <summary>A field behind the end.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowGrown
{
    public long Id;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Weight;
    public long Height;
}

/// <summary>A field given up.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowWithoutCount
{
    public long Id;
    [Reserved] public int _count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Weight;
}

/// <summary>A field given up and its bytes used again.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowReused
{
    public long Id;
    [Reserved] public short _low;
    public short High;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Weight;
}

/// <summary>A field of another type.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowRetyped
{
    public long Id;
    public uint Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Weight;
}

/// <summary>A field moved.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowMoved
{
    public long Id;
    public int Count;
    [Reserved] public short _reserved0;
    public short Kind;
    public long Weight;
}

/// <summary>Two fields of one type exchanged.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowReordered
{
    public long Weight;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Id;
}

/// <summary>Moved, but with a step.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowReorderedWithStep
{
    public long Weight;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public long Id;

    [MigratesFrom(typeof(Row))]
    private static void Upgrade(in Row from, out RowReorderedWithStep to) =>
        to = new RowReorderedWithStep { Id = from.Id, Count = from.Count, Kind = from.Kind, Weight = from.Weight };
}

/// <summary>Shorter.</summary>
[PersistentLayout("evolve.row", Version = 2)]
public partial struct RowShrunk
{
    public long Id;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
}

/// <summary>A step from a version that only added to the one before.</summary>
[PersistentLayout("evolve.row", Version = 3)]
public partial struct RowAfterGrown
{
    public long Height;
    public long Id;

    [MigratesFrom(typeof(RowGrown))]
    private static void Upgrade(in RowGrown from, out RowAfterGrown to) =>
        to = new RowAfterGrown { Id = from.Id, Height = from.Height + 1 };
}

/// <summary>Changed without a new version.</summary>
[PersistentLayout("evolve.row", Version = 1)]
public partial struct RowSameVersion
{
    public long Id;
    public int Count;
    public short Kind;
    [Reserved] public short _reserved0;
    public ulong Weight;
}

/// <summary>In a large block, so that groups are smaller.</summary>
[PersistentLayout("evolve.large", Version = 1)]
[BlockRecord(BlockSize = 1 << 19)]
public partial struct Large
{
    public long Id;
}

/// <summary>The next version of that.</summary>
[PersistentLayout("evolve.large", Version = 2)]
[BlockRecord(BlockSize = 1 << 19)]
public partial struct LargeV2
{
    public long Twice;

    [MigratesFrom(typeof(Large))]
    private static void Upgrade(in Large from, out LargeV2 to) => to = new LargeV2 { Twice = from.Id * 2 };
}
#pragma warning restore PMT0017
