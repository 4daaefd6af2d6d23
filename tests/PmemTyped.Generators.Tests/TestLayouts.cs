using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PmemTyped.Generators.Tests.Layouts;

public enum Currency : ushort
{
    None = 0,
    Eur = 1,
    Usd = 2,
}

[PersistentLayout("bank.account", Version = 2, Alignment = 64)]
[BlockRecord(BlockSize = 512)]
public partial struct Account
{
    public long Id;
    public long Balance;
    public OwnerName Owner;
    public Currency Currency;
    [Reserved] private Pad6 _reserved0;
    [PublishField] public ulong Sequence;
}

[Utf8Text(32)]
public partial struct OwnerName;

[InlineArray(6)]
internal struct Pad6
{
    private byte _element0;
}

[PersistentLayout("map.point")]
public partial struct Point
{
    public int X;
    public int Y;
}

[PersistentLayout("map.shape", Version = 3)]
public partial struct Shape
{
    public Point Center;
    public Samples Samples;
    public Bytes8 Tag;
    [PublishField] public long Sequence;
    private int _hits;
    [Reserved] private int _reserved0;

    public readonly int Hits => _hits;

    public void Hit() => _hits++;
}

[InlineArray(4)]
public struct Samples
{
    private short _element0;
}

[InlineArray(8)]
public struct Bytes8
{
    private byte _element0;
}

[PersistentLayout("scalars")]
public partial struct Scalars
{
    public Int128 A;
    public UInt128 B;
    public Guid C;
    public long D;
    public ulong E;
    public double F;
    public TimeOnly G;
    public TimeSpan H;
    public int I;
    public uint J;
    public float K;
    public DateOnly L;
    public Rune M;
    public short N;
    public ushort O;
    public Half P;
    public sbyte Q;
    public byte R;
    [Reserved] private int _reserved0;
    public Days Days;
}

[InlineArray(2)]
public struct Days
{
    private DateOnly _element0;
}

[PersistentLayout("explicit")]
[StructLayout(LayoutKind.Explicit, Size = 24)]
public partial struct Reordered
{
    [FieldOffset(8)] public long Second;
    [FieldOffset(0)] public long First;
    [FieldOffset(16)] public int Third;
    [FieldOffset(20)][Reserved] internal int _reserved0;
}

[PersistentLayout("copied")]
public partial struct Copied
{
    public Guid Id;
    public Point From;
    public Samples Samples;
    public double Length;
}

[PersistentLayout("padded")]
public partial struct Padded
{
    public long Head;
    [Reserved] private int _reserved0;
    public int Tail;
}

#pragma warning disable PMT0008 // The hidden bytes are what is tested.
[PersistentLayout("gapped")]
public partial struct Gapped
{
    public const int GapOffset = 12;

    public long First;
    public int Second;
    public long Third;
}
#pragma warning restore PMT0008

/// <summary>What is copied of it ends before the last field.</summary>
[PersistentLayout("parcel")]
[BlockRecord]
public partial struct Parcel
{
    public long First;
    public long Second;
    public long Third;
    public long Fourth;
    [VariableLength] public LetterText Text;
    [Reserved] private int _reserved0;
}

#pragma warning disable CS0282 // The order of fields in two parts is settled: generated storage lies behind.
/// <summary>Two of its values are not stored as they lie in memory, and yet it is copied.</summary>
[PersistentLayout("priced")]
public partial struct Priced
{
    public const int PriceOffset = 32;
    public const int IsPaidOffset = 48;

    public long First;
    public long Second;
    public long Third;
    public long Fourth;

    public partial decimal Price { readonly get; set; }

    public partial bool IsPaid { readonly get; set; }

    [Reserved] private partial byte Rest1 { get; set; }

    [Reserved] private partial short Rest2 { get; set; }

    [Reserved] private partial int Rest4 { get; set; }
}
#pragma warning restore CS0282

[PersistentLayout("outer", Alignment = 64)]
public partial struct Outer
{
    public const int InsideOffset = 8;
    public const int NameOffset = 32;

    public long Before;
    public Padded Inside;
    public long Middle;
    public Short Name;
    public long After;
    public long Last;
}

[Utf8Text(8)]
public partial struct Short;
