namespace PmemTyped.Testing;

/// <summary>One small source per feature of the generator; snapshots and compile tests share them.</summary>
internal static class Features
{
    internal static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Account"] = """
            namespace Bank;
            /// <summary>An account.</summary>
            [PersistentLayout("bank.account", Version = 2, Alignment = 64)]
            [BlockRecord(BlockSize = 1024)]
            public partial struct Account
            {
                /// <summary>Key.</summary>
                public long Id;
                /// <summary>Cents.</summary>
                public long Balance;
                /// <summary>Name.</summary>
                public OwnerName Owner;
                /// <summary>Currency.</summary>
                public Currency Currency;
                [Reserved] internal Pad6 _reserved0;
                /// <summary>Publish.</summary>
                [PublishField] public ulong Sequence;
            }
            /// <summary>Currencies.</summary>
            public enum Currency : ushort
            {
                /// <summary>Euro.</summary>
                Eur = 1,
            }
            /// <summary>A name.</summary>
            [Utf8Text(32)] public partial struct OwnerName;
            [InlineArray(6)] internal struct Pad6 { private byte _element0; }
            """,
        ["EveryScalar"] = """
            namespace Bank;
            [PersistentLayout("scalars")]
            internal partial struct Scalars
            {
                public Int128 A; public UInt128 B;
                public Guid C;
                public long D; public ulong E; public double F; public TimeOnly G; public TimeSpan H;
                public int I; public uint J; public float K; public DateOnly L; public System.Text.Rune M;
                public short N; public ushort O; public Half P;
                public sbyte Q; public byte R;
                [Reserved] internal Pad4 _rest;
            }
            [InlineArray(4)] internal struct Pad4 { private byte _e; }
            """,
        ["Nested"] = """
            namespace Map;
            [PersistentLayout("map.point")]
            public partial struct Point { public int X; public int Y; }
            [PersistentLayout("map.line", Version = 3)]
            public partial struct Line { public Point From; public Point To; }
            """,
        ["Arrays"] = """
            namespace Bank;
            [PersistentLayout("arrays")]
            public partial struct Arrays
            {
                public Longs Longs; public Dates Dates; public Colors Colors; public Signed Signed;
            }
            public enum Color : ushort { Red = 1 }
            [InlineArray(4)] public struct Longs { private long _e; }
            [InlineArray(4)] public struct Dates { private DateOnly _e; }
            [InlineArray(2)] public struct Colors { private Color _e; }
            [InlineArray(4)] public struct Signed { private sbyte _e; }
            """,
        ["InsideContainers"] = """
            namespace Bank;
            public static partial class Outer
            {
                internal partial interface IInner
                {
                    [PersistentLayout]
                    public partial struct Leaf { public int @class; internal int Hidden; }
                }
                private partial record Closed
                {
                    [PersistentLayout("closed")]
                    internal partial struct Leaf { public int A; }
                }
                [Utf8Text(8)] public partial struct Code;
            }
            """,
        ["References"] = """
            namespace Tree;
            [PersistentLayout("tree.node")]
            public partial struct Node
            {
                [PointsTo<Node>] public PPtr Parent;
                [PointsTo<Node>] public Four Children;
                [PointsTo<Leaf>] internal PPtr First;
                public Inner Inner;
            }
            [PersistentLayout("tree.leaf")]
            internal partial struct Leaf { public long Key; }
            [PersistentLayout("tree.inner")]
            public partial struct Inner { [PointsTo<Node>] public PPtr Root; }
            [InlineArray(4)] public struct Four { private PPtr _e; }
            """,
        ["Migrations"] = """
            namespace Shop;
            /// <summary>First.</summary>
            [PersistentLayout("shop.item")]
            public partial struct ItemV1 { public int Price; }
            [PersistentLayout("shop.item", Version = 2)]
            internal partial struct ItemV2
            {
                public long Price;
                [MigratesFrom(typeof(ItemV1))]
                private static void Upgrade(in ItemV1 from, out ItemV2 to) => to = new ItemV2 { Price = from.Price };
            }
            [PersistentLayout("shop.item", Version = 3)]
            [BlockRecord(Pack = true)]
            internal partial struct Item
            {
                public long Cents;
                [MigratesFrom(typeof(ItemV2))]
                private static void @checked(in ItemV2 from, out Item to) => to = new Item { Cents = from.Price };
                [MigratesFrom(typeof(ItemV1))]
                private static void Upgrade(in ItemV1 from, out Item to) => to = new Item { Cents = from.Price };
            }
            """,
        ["GlobalNamespace"] = """
            [PersistentLayout]
            public partial struct Global { public byte A; }
            """,
        ["ExplicitOffsets"] = """
            namespace Bank;
            [PersistentLayout("explicit")]
            [StructLayout(LayoutKind.Explicit, Size = 24)]
            public partial struct Explicit
            {
                [FieldOffset(8)] public long Second;
                [FieldOffset(0)] public long First;
                [FieldOffset(16)] public int Third;
                [FieldOffset(20), Reserved] internal int _rest;
            }
            """,
        ["ManyLines"] = """
            namespace Bank;
            [PersistentLayout("lines", Alignment = 64)]
            public partial struct Lines { public Line0 A; public long B; [PublishField] public long C; private long _d; internal long E; }
            [InlineArray(128)] public struct Line0 { private byte _e; }
            """,
        ["AwkwardNames"] = """
            namespace Bank.@event;
            [PersistentLayout("awkward")]
            public partial struct @struct
            {
                public int self, value, payload, block, index, i, status, probe, fields, @int;
                public System System;
                [Obsolete("Kept for old files.")] public int Old;
            }
            public enum System : int { None }
            """,
        ["Mapped"] = """
            namespace Shop;
            [PersistentLayout("shop.order")]
            public partial struct Order
            {
                /// <summary>Amount.</summary>
                public partial decimal Price { readonly get; set; }
                /// <summary>When.</summary>
                public partial DateTime At { readonly get; set; }
                /// <summary>Where.</summary>
                public partial DateTimeOffset Shipped { readonly get; set; }
                /// <summary>Letter.</summary>
                public partial char Grade { get; set; }
                /// <summary>Done.</summary>
                public partial bool IsPaid { readonly get; set; }
                [Reserved] private partial byte Rest { get; set; }
                internal partial int Count { readonly get; set; }
            }
            """,
        ["MappedNullables"] = """
            namespace Shop;
            [PersistentLayout("shop.nullables")]
            internal partial struct Nullables
            {
                internal partial Int128? A { readonly get; set; }
                internal partial DateTime? B { readonly get; set; }
                internal partial decimal? C { readonly get; set; }
                internal partial Guid? D { readonly get; set; }
                internal partial int? E { readonly get; set; }
                internal partial Kind? F { readonly get; set; }
                internal partial char? G { readonly get; set; }
                internal partial bool? H { readonly get; set; }
                internal partial sbyte? I { readonly get; set; }
                [Reserved] private partial long J { get; set; }
                internal partial DateOnly? K { readonly get; set; }
                [Reserved] private partial int L { get; set; }
            }
            internal enum Kind : int { None }
            """,
        ["MappedPlain"] = """
            namespace Shop;
            [PersistentLayout("shop.plain", Alignment = 64)]
            public partial struct Plain
            {
                public partial long @class { get; set; }
                [PublishField] public partial ulong Sequence { get; set; }
                [PointsTo<Plain>] public partial PPtr Next { get; set; }
                public partial Point At { readonly get; set; }
                public partial Name Owner { readonly get; set; }
                public partial Longs Longs { get; set; }
                public partial TimeSpan Span { get; set; }
            }
            [PersistentLayout("shop.point")] public partial struct Point { public partial int X { get; set; } public partial float Y { get; set; } }
            [Utf8Text(8)] public partial struct Name;
            [InlineArray(2)] public struct Longs { private long _e; }
            """,
        ["MappedBehindFields"] = """
            namespace Shop;
            [PersistentLayout("shop.mixed")]
            public partial struct Mixed
            {
                public long Id; public int Count;
                public partial bool IsPaid { readonly get; set; }
                public partial bool? IsSent { readonly get; set; }
                [Reserved] private partial byte Rest { get; set; }
            }
            """,
        ["MappedBesideOffsets"] = """
            namespace Shop;
            [PersistentLayout("shop.offsets")]
            [StructLayout(LayoutKind.Explicit, Size = 24)]
            public partial struct Offsets
            {
                public partial DateTime At { readonly get; set; }
                [FieldOffset(8)] public long Second;
                [FieldOffset(0)] public long First;
            }
            """,
        ["VariableText"] = """
            namespace Post;
            /// <summary>A letter.</summary>
            [PersistentLayout("post.letter")]
            [BlockRecord(BlockSize = 512, Pack = true)]
            public partial struct Letter
            {
                /// <summary>Key.</summary>
                public long Id;
                /// <summary>Text.</summary>
                [VariableLength] public Body Body;
                [Reserved] internal int _rest;
            }
            /// <summary>A text.</summary>
            [Utf8Text(20)] public partial struct Body;
            """,
        ["VariableBytes"] = """
            namespace Post;
            [PersistentLayout("post.packet")]
            [BlockRecord]
            public partial struct Packet
            {
                public partial bool IsSent { readonly get; set; }
                internal partial Blob Fixed { readonly get; set; }
                [VariableLength] public partial Blob Content { readonly get; set; }
            }
            /// <summary>Bytes.</summary>
            [VariableBytes(30)] public partial struct Blob;
            [PersistentLayout("post.bag")]
            internal partial struct Bag { internal Packet First; internal byte Count; }
            """,
        ["TextAlone"] = """
            namespace Bank;
            [Utf8Text(16)] internal partial struct Label;
            """,
        ["OnlyReserved"] = """
            namespace Bank;
            [PersistentLayout("reserved")]
            public partial struct Nothing { [Reserved] internal long _a; }
            """,
        ["ManyFields"] = """
            namespace Bank;
            [PersistentLayout("many")]
            public partial struct Many
            {
                public byte A0, A1, A2, A3, A4, A5, A6, A7, B0, B1, B2, B3, B4, B5, B6, B7;
                public byte C0, C1, C2, C3, C4, C5, C6, C7, D0, D1, D2, D3, D4, D5, D6, D7;
                public byte E0, E1, E2, E3, E4, E5, E6, E7, F0, F1, F2, F3, F4, F5, F6, F7;
                public byte G0, G1, G2, G3, G4, G5, G6, G7, H0, H1, H2, H3, H4, H5, H6, H7;
                public byte I0;
            }
            """,
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
