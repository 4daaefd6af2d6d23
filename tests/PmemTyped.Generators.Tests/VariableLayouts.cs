#pragma warning disable PMT0017 // Two packets of one name, to compare them.
namespace PmemTyped.Generators.Tests.Layouts;

[PersistentLayout("post.letter")]
[BlockRecord]
public partial struct Letter
{
    public long Id;
    [VariableLength] public LetterText Text;
    [Reserved] private int _reserved0;
}

[Utf8Text(20)]
public partial struct LetterText;

[PersistentLayout("post.packet")]
[BlockRecord]
public partial struct Packet
{
    public partial bool IsSent { readonly get; set; }

    [VariableLength] public partial PacketBytes Content { readonly get; set; }
}

/// <summary>The same fields, all of them in every record.</summary>
[PersistentLayout("post.packet")]
[BlockRecord]
public partial struct FixedPacket
{
    public partial bool IsSent { readonly get; set; }

    public partial PacketBytes Content { readonly get; set; }
}

[VariableBytes(300)]
public partial struct PacketBytes;

[PersistentLayout("post.bag")]
public partial struct Bag
{
    public Letter First;
    public Letter Second;
}
