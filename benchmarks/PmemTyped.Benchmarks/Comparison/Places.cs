namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Two short loops, made several times. The type argument means nothing to them, but the compiler writes the code of each anew,
/// and so at another place (<see cref="PlacedContender{TPlace}"/>).
/// </summary>
internal abstract class Places
{
    internal void Compare(string name) => Interleaved.Compare(
        name,
        [
            At<byte>(), At<sbyte>(), At<short>(), At<ushort>(), At<int>(), At<uint>(), At<long>(), At<ulong>(),
        ]);

    /// <summary>Makes a pair. What both sides read and write is the same memory.</summary>
    protected abstract (Contender Ours, Contender Peer) At<TPlace>()
        where TPlace : struct;
}
