namespace PmemTyped.Objects.Tests.Regions;

/// <summary>The root of most region tests.</summary>
[PersistentLayout("test.book")]
public partial struct Book
{
    [PointsTo<Entry>] public PPtr Head;
    [PointsTo<Counter>] public PPtr From;
    [PointsTo<Counter>] public PPtr To;
    [PointsTo<Entry>] public PPtr Table;
    public long Count;
}

/// <summary>A node of a list.</summary>
[PersistentLayout("test.entry")]
public partial struct Entry
{
    public long Number;
    [PointsTo<Entry>] public PPtr Next;
}

/// <summary>Eight bytes.</summary>
[PersistentLayout("test.counter")]
public partial struct Counter
{
    public long Number;
}

/// <summary>Nothing but an alignment of a line.</summary>
[PersistentLayout("test.line", Alignment = 64)]
public partial struct Line
{
    public long Number;
    public long Spare1;
    public long Spare2;
    public long Spare3;
    public long Spare4;
    public long Spare5;
    public long Spare6;
    public long Spare7;
}

/// <summary>Nine kilobytes, so that a chunk holds seven.</summary>
[PersistentLayout("test.page")]
#pragma warning disable PMT0017 // two programs of different age, in one test project
public partial struct Big
#pragma warning restore PMT0017
{
    public long Number;
    public BigText Text;
}

/// <summary>References in an inline array, and a nested layout with one.</summary>
[PersistentLayout("test.branch")]
public partial struct Branch
{
    [PointsTo<Branch>] public Eight Children;
    public Entry Own;
}

[System.Runtime.CompilerServices.InlineArray(8)]
public struct Eight
{
    private PPtr _element0;
}

/// <summary>As Book, with another entry behind it.</summary>
[PersistentLayout("test.book")]
#pragma warning disable PMT0017 // two programs of different age, in one test project
public partial struct BookOfLater
#pragma warning restore PMT0017
{
    [PointsTo<EntryOfLater>] public PPtr Head;
    [PointsTo<Counter>] public PPtr From;
    [PointsTo<Counter>] public PPtr To;
    [PointsTo<EntryOfLater>] public PPtr Table;
    public long Count;
}

/// <summary>As Entry, in a later version.</summary>
[PersistentLayout("test.entry", Version = 2)]
public partial struct EntryOfLater
{
    public long Number;
    public long Time;
    [PointsTo<EntryOfLater>] public PPtr Next;
}

/// <summary>More than a chunk.</summary>
[PersistentLayout("test.huge")]
public partial struct Huge
{
    public long Number;
    public HugeText Text;
}

[Utf8Text(70_000)]
public partial struct HugeText;

[Utf8Text(9000)]
public partial struct BigText;
