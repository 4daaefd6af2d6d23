namespace PmemTyped.Mapping;

/// <summary>
/// Names one place where a protocol needs bytes to be durable before it goes on. A real map ignores it; the
/// crash harness counts it, reports it, and leaves it out on purpose to prove that a test notices.
/// </summary>
/// <param name="Protocol">The protocol, for example "BTT".</param>
/// <param name="Number">Its number in the protocol's list of invariants; numbers are never reused.</param>
public readonly record struct OrderingPoint(string Protocol, int Number)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Protocol} P{Number}");
}
