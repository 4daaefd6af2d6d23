namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// What is known at one point of a method, as an array of words that are joined by "or". For each root five words, one
/// bit for each field: may be unknown, stored, flushed, persisted; and "stored after it had been flushed here". Then one
/// word for disposable locals that may be alive, words for roots that may not be default, and two sets of sites: stores
/// that are not flushed and flushes that are not drained. Two sets, or a join would blame the flush of the other branch.
/// </summary>
internal readonly partial struct FlowState(FlowProgram program)
{
    private const int WordsPerRoot = 5;
    private const int Unknown = 0;
    private const int Stored = 1;
    private const int Flushed = 2;
    private const int Persisted = 3;
    private const int AfterFlush = 4;

    private readonly int _alive = program.Roots.Count * WordsPerRoot;
    private readonly int _notDefault = (program.Roots.Count * WordsPerRoot) + 1;
    private readonly int _stores = (program.Roots.Count * WordsPerRoot) + 1 + WordsOf(program.Roots.Count);
    private readonly int _flushes = (program.Roots.Count * WordsPerRoot) + 1 + WordsOf(program.Roots.Count) + WordsOf(program.Sites.Count);
    private readonly int _words = (program.Roots.Count * WordsPerRoot) + 1 + WordsOf(program.Roots.Count) + (2 * WordsOf(program.Sites.Count));

    /// <summary>Nothing is known of any object, everything is alive.</summary>
    internal ulong[] Entry()
    {
        ulong[] state = new ulong[_words];
        for (int root = 0; root < program.Roots.Count; root++)
        {
            state[(root * WordsPerRoot) + Unknown] = LayoutShape.All;
        }

        for (int i = _alive; i < _stores; i++)
        {
            state[i] = ulong.MaxValue;
        }

        return state;
    }

    /// <summary>A copy; Clone takes several times as long for so few words.</summary>
    internal static ulong[] Copy(ulong[] state)
    {
        ulong[] copy = new ulong[state.Length];
        Array.Copy(state, copy, state.Length);
        return copy;
    }

    internal static ulong UnknownOf(ulong[] state, int root) => state[(root * WordsPerRoot) + Unknown];

    internal static ulong StoredOf(ulong[] state, int root) => state[(root * WordsPerRoot) + Stored];

    internal static ulong FlushedOf(ulong[] state, int root) => state[(root * WordsPerRoot) + Flushed];

    internal static ulong PersistedOf(ulong[] state, int root) => state[(root * WordsPerRoot) + Persisted];

    internal static ulong AfterFlushOf(ulong[] state, int root) => state[(root * WordsPerRoot) + AfterFlush];

    internal bool MayBeAlive(ulong[] state, int resource) => (state[_alive] & 1UL << resource) != 0;

    internal bool MayBeDefined(ulong[] state, int root) => Has(state, _notDefault, root);

    /// <summary>Whether what was stored at a site may not be flushed yet.</summary>
    internal bool IsStoreOpen(ulong[] state, int site) => Has(state, _stores, site);

    /// <summary>Whether what was flushed at a site may not be drained yet.</summary>
    internal bool IsFlushOpen(ulong[] state, int site) => Has(state, _flushes, site);

    /// <summary>Adds everything that may hold in another state; says whether something is new.</summary>
    internal static bool Join(ulong[] into, ulong[] from)
    {
        bool isNew = false;
        for (int i = 0; i < into.Length; i++)
        {
            ulong joined = into[i] | from[i];
            isNew |= joined != into[i];
            into[i] = joined;
        }

        return isNew;
    }

    internal void Apply(ulong[] state, in Step step)
    {
        switch (step.Kind)
        {
            // These two count disposable locals, not objects.
            case StepKind.Dispose:
                state[_alive] &= ~(1UL << step.Root);
                return;
            case StepKind.Revive:
                state[_alive] |= 1UL << step.Root;
                return;
            case StepKind.Use:
                return;
        }

        Root root = program.Roots[step.Root];
        switch (step.Kind)
        {
            case StepKind.Store:
                NoteForReplica(state, step);
                Store(state, root, step.Mask, step.Site);
                break;
            case StepKind.Replicate:
                ForgetForReplica(state);
                break;
            case StepKind.MayStore:
                state[At(root, Stored)] |= step.Mask;
                Set(state, _stores, step.Site, true);
                break;
            case StepKind.MayFlush:
                state[At(root, Flushed)] |= step.Mask;
                Set(state, _flushes, step.Site, true);
                break;
            case StepKind.Flush:
                FlushAll(state, root, step.Mask, step.Site);
                break;
            case StepKind.FlushAny:
                FlushAny(state, step.Site);
                break;
            case StepKind.Drain:
                Drain(state);
                break;
            case StepKind.Rebind:
                Rebind(state, root);
                break;
            case StepKind.Default:
                Set(state, _notDefault, step.Root, false);
                break;
            case StepKind.Suspend:
                Suspend(state);
                break;
        }
    }

    private void Store(ulong[] state, Root root, ulong mask, int site)
    {
        int at = At(root, 0);
        ulong flushed = (state[at + Flushed] | state[at + Persisted]) & ~(state[at + Unknown] | state[at + Stored]);
        state[at + AfterFlush] = (state[at + AfterFlush] & ~mask) | (mask & flushed);
        state[at + Unknown] &= ~mask;
        state[at + Flushed] &= ~mask;
        state[at + Persisted] &= ~mask;
        state[at + Stored] |= mask;
        foreach (int other in root.Sites)
        {
            if ((program.Sites[other].Mask & ~mask) == 0)
            {
                Set(state, _stores, other, false);
                Set(state, _flushes, other, false);
            }
        }

        Set(state, _stores, site, true);
        foreach (Root same in root.MayBe)
        {
            state[At(same, Unknown)] |= mask;
        }
    }

    // A flush of one object is one of every object that it may be: what is not certain must not be reported.
    private void FlushAll(ulong[] state, Root root, ulong mask, int site)
    {
        Flush(state, root, mask, site);
        foreach (Root same in root.MayBe)
        {
            Flush(state, same, mask, site: -1);
        }

        if (root.Parent is { } parent && mask == LayoutShape.All)
        {
            Flush(state, parent, root.ParentBit == LayoutShape.Rest ? 0 : root.ParentBit, site: -1);
        }

        state[(RootTable.Fence * WordsPerRoot) + Stored] = 1;
    }

    private void Flush(ulong[] state, Root root, ulong mask, int site)
    {
        int at = At(root, 0);
        state[at + Stored] &= ~mask;
        state[at + Unknown] &= ~mask;
        state[at + Persisted] &= ~mask;
        state[at + AfterFlush] &= ~mask;
        state[at + Flushed] |= mask;
        foreach (int store in root.Sites)
        {
            if ((program.Sites[store].Mask & state[at + Stored]) == 0)
            {
                Set(state, _stores, store, false);
            }
        }

        if (site >= 0)
        {
            Set(state, _flushes, site, true);
        }

        foreach (Root child in root.Children)
        {
            if ((mask & child.ParentBit) != 0)
            {
                Flush(state, child, LayoutShape.All, site: -1);
            }
        }
    }

    private void FlushAny(ulong[] state, int site)
    {
        for (int i = RootTable.Fence + 1; i < program.Roots.Count; i++)
        {
            Flush(state, program.Roots[i], LayoutShape.All, site: -1);
        }

        state[(RootTable.Fence * WordsPerRoot) + Stored] = 1;
        if (site >= 0)
        {
            Set(state, _flushes, site, true);
        }
    }

    private void Drain(ulong[] state)
    {
        for (int root = RootTable.Fence + 1; root < program.Roots.Count; root++)
        {
            int at = root * WordsPerRoot;
            state[at + Persisted] |= state[at + Flushed];
            state[at + Flushed] = 0;
        }

        Array.Clear(state, _flushes, _words - _flushes);
        state[(RootTable.Fence * WordsPerRoot) + Unknown] = 0;
        state[(RootTable.Fence * WordsPerRoot) + Stored] = 0;
        state[(RootTable.Fence * WordsPerRoot) + Persisted] = 1;
    }

    private void Rebind(ulong[] state, Root root)
    {
        int at = At(root, 0);
        if (root.Earlier is { } earlier)
        {
            int kept = At(earlier, 0);
            for (int word = Stored; word <= AfterFlush; word++)
            {
                state[kept + word] |= state[at + word];
            }

            // The twin of a site, which belongs to the earlier objects, is the next number.
            foreach (int site in root.Sites)
            {
                Move(state, _stores, site);
                Move(state, _flushes, site);
            }
        }

        Array.Clear(state, at, WordsPerRoot);
        state[at + Unknown] = LayoutShape.All;
        Set(state, _notDefault, root.Index, true);
        foreach (Root child in root.Children)
        {
            Rebind(state, child);
        }
    }

    private void Suspend(ulong[] state)
    {
        Array.Clear(state, WordsPerRoot, _alive - WordsPerRoot);
        Array.Clear(state, _stores, _words - _stores);
        for (int root = RootTable.Fence + 1; root < program.Roots.Count; root++)
        {
            state[(root * WordsPerRoot) + Unknown] = LayoutShape.All;
        }
    }

    private static void Move(ulong[] state, int set, int site)
    {
        if (Has(state, set, site))
        {
            Set(state, set, site, false);
            Set(state, set, site + 1, true);
        }
    }

    private static int At(Root root, int word) => (root.Index * WordsPerRoot) + word;

    private static int WordsOf(int bits) => (bits + 63) / 64;

    private static bool Has(ulong[] state, int set, int index) => (state[set + (index / 64)] & 1UL << (index % 64)) != 0;

    private static void Set(ulong[] state, int set, int index, bool value)
    {
        ulong bit = 1UL << (index % 64);
        state[set + (index / 64)] = value ? state[set + (index / 64)] | bit : state[set + (index / 64)] & ~bit;
    }
}
