namespace PmemTyped.Objects.Tests.Records;

// Programs of different age, in one test project.
#pragma warning disable PMT0017

/// <summary>Without a text.</summary>
[PersistentLayout("post.card", Version = 1)]
[BlockRecord]
public partial struct CardV1
{
    public long Id;
    [Reserved] public long _reserved0;
}

/// <summary>With a text in what was reserved, and behind it.</summary>
[PersistentLayout("post.card", Version = 2)]
[BlockRecord]
public partial struct CardV2
{
    public long Id;
    [VariableLength] public Text16 Text;
}

/// <summary>With a longer text.</summary>
[PersistentLayout("post.card", Version = 3)]
[BlockRecord]
public partial struct CardV3
{
    public long Id;
    [VariableLength] public Text40 Text;
}

/// <summary>The text given up, and another field.</summary>
[PersistentLayout("post.card", Version = 4)]
[BlockRecord]
public partial struct CardV4
{
    public long Id;
    [Reserved] public Text40 _text;
    public long Weight;
}

/// <summary>The text made fixed, with a step.</summary>
[PersistentLayout("post.card", Version = 4)]
[BlockRecord]
public partial struct CardFixed
{
    public long Id;
    public Text40 Text;

    [MigratesFrom(typeof(CardV3))]
    private static void Upgrade(in CardV3 from, out CardFixed to) => to = new CardFixed { Id = from.Id, Text = from.Text };
}

/// <summary>The text made fixed, without a step.</summary>
[PersistentLayout("post.card", Version = 4)]
[BlockRecord]
public partial struct CardFixedAlone
{
    public long Id;
    public Text40 Text;
}

/// <summary>Less room for the text.</summary>
[PersistentLayout("post.card", Version = 4)]
[BlockRecord]
public partial struct CardShrunk
{
    public long Id;
    [VariableLength] public Text16 Text;
    [Reserved] public Text24 _rest;
}

/// <summary>Bytes instead of the text.</summary>
[PersistentLayout("post.card", Version = 4)]
[BlockRecord]
public partial struct CardOfBytes
{
    public long Id;
    [VariableLength] public Bytes46 Text;
}

/// <summary>Several in a block.</summary>
[PersistentLayout("post.stamp", Version = 1)]
[BlockRecord(BlockSize = 512, Pack = true)]
public partial struct Stamp
{
    public long Id;
    [VariableLength] public Bytes46 Image;
}

[Utf8Text(16)]
public partial struct Text16;

[Utf8Text(24)]
public partial struct Text24;

[Utf8Text(40)]
public partial struct Text40;

[VariableBytes(46)]
public partial struct Bytes46;
