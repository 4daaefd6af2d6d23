namespace PmemTyped.Analyzers.Flow;

/// <summary>What a private method does to one of its cursors.</summary>
/// <param name="MustFlush">Fields that are flushed on every path.</param>
/// <param name="MustStore">Fields that are left stored on every path.</param>
/// <param name="MayLeaveStored">Fields that are left stored on some paths.</param>
/// <param name="MayLeaveFlushed">Fields that are left without a drain on some paths.</param>
internal sealed record ParameterSummary(ulong MustFlush, ulong MustStore, ulong MayLeaveStored, ulong MayLeaveFlushed)
{
    /// <summary>The same for a buffer, whose bytes have no names.</summary>
    internal ParameterSummary WithoutFields() => new(Widen(MustFlush), Widen(MustStore), Widen(MayLeaveStored), Widen(MayLeaveFlushed));

    internal static ParameterSummary Of(Root root, ulong[] exit)
    {
        ulong unknown = FlowState.UnknownOf(exit, root.Index);
        ulong stored = FlowState.StoredOf(exit, root.Index);
        ulong flushed = FlowState.FlushedOf(exit, root.Index);
        ulong persisted = FlowState.PersistedOf(exit, root.Index);
        ulong mustStore = stored & ~(unknown | flushed | persisted);
        ulong mustFlush = ~(unknown | stored);
        ulong mayStore = stored & ~mustStore;
        foreach (Root child in root.Children)
        {
            mayStore |= FlowState.StoredOf(exit, child.Index) != 0 ? child.ParentBit : 0;
        }

        return new ParameterSummary(mustFlush, mustStore, mayStore, flushed & ~mustFlush);
    }

    private static ulong Widen(ulong mask) => mask == 0 ? 0 : LayoutShape.All;
}

/// <summary>
/// What a private method does, one entry for each parameter and one for the receiver of an extension block; null where
/// nothing is done.
/// </summary>
/// <param name="Receiver">The receiver of an extension block.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Drains">Whether every path drains.</param>
/// <param name="FlushesAny">Whether a range is flushed that can hold any object.</param>
internal sealed record MethodSummary(ParameterSummary? Receiver, ParameterSummary?[] Parameters, bool Drains, bool FlushesAny);
