namespace PmemTyped.Analyzers.Flow;

// What a replica may not have, in two words of the fence, which is no object and needs neither: the objects whose content it
// was not sent, and the stores that published them all the same.
internal readonly partial struct FlowState
{
    /// <summary>The sites, of the first 64, at which something was published whose content the replica may not have.</summary>
    internal static ulong PublishedOf(ulong[] state) => state[(RootTable.Fence * WordsPerRoot) + AfterFlush];

    private static void NoteForReplica(ulong[] state, in Step step)
    {
        ulong bit = step.Root < 64 ? 1UL << step.Root : 0;
        if (!step.Is(StepFlags.Publish))
        {
            state[Flushed] |= bit;
        }
        else if ((state[Flushed] & bit) != 0 && step.Site < 64)
        {
            state[AfterFlush] |= 1UL << step.Site;
        }
    }

    private static void ForgetForReplica(ulong[] state)
    {
        state[Flushed] = 0;
        state[AfterFlush] = 0;
    }
}
