using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>One moment at which the crash is assumed, and one state that it may leave.</summary>
/// <param name="Entry">Position in the log.</param>
/// <param name="Before">The ordering point that was about to be drained, or default at the end of an operation.</param>
/// <param name="StartedOperations">Operations begun before the crash.</param>
/// <param name="AcknowledgedOperations">Operations that had returned before the crash.</param>
/// <param name="State">Number of the state at this point, for messages.</param>
public readonly record struct CrashPoint(
    int Entry, OrderingPoint Before, int StartedOperations, int AcknowledgedOperations, int State)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"crash before {(Before == default ? "the end of an operation" : Before)}, log entry {Entry}, state {State}, {AcknowledgedOperations} of {StartedOperations} operations acknowledged");
}
