namespace PmemTyped.Benchmarks.Comparison;

/// <summary>64 bytes by generated code and by a copy.</summary>
internal sealed class NarrowAndCopies : Places
{
    protected override (Contender Ours, Contender Peer) At<TPlace>()
    {
        var encoded = new Encoded<Narrow>();
        return (new NarrowCodec<TPlace>(encoded), new Copies<Narrow, TPlace>(encoded));
    }
}

/// <summary>64 bytes by generated code and by hand.</summary>
internal sealed class NarrowAndHand : Places
{
    protected override (Contender Ours, Contender Peer) At<TPlace>()
    {
        var encoded = new Encoded<Narrow>();
        return (new NarrowCodec<TPlace>(encoded), new NarrowByHand<TPlace>(encoded));
    }
}

/// <summary>512 bytes by generated code and by a copy.</summary>
internal sealed class WideAndCopies : Places
{
    protected override (Contender Ours, Contender Peer) At<TPlace>()
    {
        var encoded = new Encoded<Wide>();
        return (new WideCodec<TPlace>(encoded), new Copies<Wide, TPlace>(encoded));
    }
}

/// <summary>512 bytes by generated code and by hand.</summary>
internal sealed class WideAndHand : Places
{
    protected override (Contender Ours, Contender Peer) At<TPlace>()
    {
        var encoded = new Encoded<Wide>();
        return (new WideCodec<TPlace>(encoded), new WideByHand<TPlace>(encoded));
    }
}
