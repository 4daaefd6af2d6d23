using System.Runtime.CompilerServices;
using PmemTyped;

namespace Warnings;

/// <summary>A total that many events add to; the sequence says which state is complete.</summary>
[PersistentLayout("warnings.counter", Alignment = 64)]
public partial struct Counter
{
    public long Total;
    public long Last;
    [Reserved] internal Pad40 _reserved0;
    [PublishField] public ulong Sequence;
}

[InlineArray(40)]
internal struct Pad40
{
    private byte _element0;
}
