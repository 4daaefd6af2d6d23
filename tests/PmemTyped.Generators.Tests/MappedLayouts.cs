using System.Runtime.InteropServices;

namespace PmemTyped.Generators.Tests.Layouts;

[PersistentLayout("shop.order", Version = 2)]
public partial struct Order
{
    public partial decimal Price { readonly get; set; }

    public partial DateTime At { readonly get; set; }

    public partial DateTimeOffset Shipped { readonly get; set; }

    public partial char Grade { get; set; }

    public partial bool IsPaid { readonly get; set; }

    [Reserved] private partial byte Rest { get; set; }

    internal partial int Count { readonly get; set; }
}

[PersistentLayout("shop.gaps")]
public partial struct Gaps
{
    public partial Int128? Wide { readonly get; set; }

    public partial DateTime? At { readonly get; set; }

    public partial decimal? Price { readonly get; set; }

    public partial Guid? Key { readonly get; set; }

    public partial int? Count { readonly get; set; }

    public partial Currency? Currency { readonly get; set; }

    public partial bool? IsPaid { readonly get; set; }

    [Reserved] private partial short Rest { get; set; }

    public partial DateOnly? Day { readonly get; set; }

    public partial char? Grade { readonly get; set; }

    [Reserved] private partial long Rest2 { get; set; }
}

#pragma warning disable CS0282 // the suppressor belongs to the analyzers, which this project does not reference
[PersistentLayout("shop.mixed")]
public partial struct Mixed
{
    public long Id;
    public int Count;

    public partial bool IsPaid { readonly get; set; }

    public partial bool? IsSent { readonly get; set; }

    [Reserved] private partial byte Rest { get; set; }
}
#pragma warning restore CS0282

[PersistentLayout("shop.offsets")]
[StructLayout(LayoutKind.Explicit, Size = 24)]
public partial struct Offsets
{
    [FieldOffset(8)] public long Second;
    [FieldOffset(0)] public long First;

    public partial DateTime At { readonly get; set; }
}

[PersistentLayout("shop.plain", Alignment = 64)]
public partial struct Plain
{
    public partial long Id { get; set; }

    public partial Point Place { readonly get; set; }

    public partial OwnerName Owner { readonly get; set; }

    [PointsTo<Plain>] public partial PPtr Next { readonly get; set; }

    [PublishField] public partial ulong Sequence { readonly get; set; }
}
