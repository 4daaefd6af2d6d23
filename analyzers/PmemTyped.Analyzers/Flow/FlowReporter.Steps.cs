using Microsoft.CodeAnalysis;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Flow;

// What is wrong with a single step, given what is known before it.
internal sealed partial class FlowReporter
{
    private void BeforeUse(in Step step, ulong[] state)
    {
        Root root = program.Roots[step.Root];
        if (!_states.MayBeDefined(state, step.Root))
        {
            Report(LifetimeRules.DefaultCursor, step.Operation, null, root.Name);
        }

        if (root.Resource is { } resource && !step.Is(StepFlags.Implicit) && !_states.MayBeAlive(state, resource))
        {
            Report(LifetimeRules.UsedAfterDispose, step.Operation, null, root.Name, "its lease has ended");
        }
    }

    private void BeforeStore(in Step step, ulong[] state)
    {
        Root root = program.Roots[step.Root];
        if (step.Is(StepFlags.Publish) && Open(root, ~step.Mask, state) is var open && open != 0)
        {
            Report(
                DurabilityRules.PublishedTooEarly,
                step.Operation,
                Properties(root, open),
                root.Name,
                FieldsOf(root, open));
        }

        if (root is { Shape.Publish: 0, IsLinkedLater: false })
        {
            CheckGroups(step, root, state);
        }

        if (step.Is(StepFlags.Wide) && root.Shape.Publish != 0 && !root.IsLinkedLater)
        {
            Report(DurabilityRules.WideStore, step.Operation, null, "the whole object", root.Name);
        }

        ulong other = FlowState.UnknownOf(state, root.Index) | FlowState.FlushedOf(state, root.Index) | FlowState.PersistedOf(state, root.Index);
        ulong mask = step.Mask;
        bool isStored = (FlowState.StoredOf(state, root.Index) & mask) == mask && (other & mask) == 0;
        if (isStored && !step.Is(StepFlags.Reads)
            && LastOf(root.Sites.Where(s => _states.IsStoreOpen(state, s) && program.Sites[s].Mask == mask)) is { } first)
        {
            Report(DurabilityRules.Overwritten, first, Properties(root, mask), root.Name, FieldsOf(root, mask));
        }
    }

    private static ulong Open(Root root, ulong mask, ulong[] state)
    {
        ulong open = (FlowState.StoredOf(state, root.Index) | FlowState.FlushedOf(state, root.Index)) & mask;
        foreach (Root child in root.Children)
        {
            open |= Open(child, LayoutShape.All, state) != 0 ? child.ParentBit : 0;
        }

        return open;
    }

    // Two stores to fields that must change together, in an object that nothing publishes: a crash can come between.
    private void CheckGroups(in Step step, Root root, ulong[] state)
    {
        foreach (KeyValuePair<string, ulong> group in root.Shape.Groups)
        {
            ulong touched = ~FlowState.UnknownOf(state, root.Index) & group.Value & ~step.Mask;
            bool isPart = (step.Mask & group.Value) != 0 && step.Mask != LayoutShape.All;
            if (isPart && (touched & (FlowState.StoredOf(state, root.Index) | FlowState.FlushedOf(state, root.Index) | FlowState.PersistedOf(state, root.Index))) != 0
                && HasStoreOf(root, touched))
            {
                Report(DurabilityRules.TornGroup, step.Operation, Properties(root, group.Value), group.Key, root.Name);
            }
        }
    }

    private bool HasStoreOf(Root root, ulong mask) =>
        program.Blocks.Any(b => b.Any(s => s.Kind == StepKind.Store && s.Root == root.Index && (s.Mask & mask) != 0));

    private void BeforeFlush(in Step step, ulong[] state)
    {
        Root root = program.Roots[step.Root];
        if (step.Is(StepFlags.Implicit) || step.Is(StepFlags.Inexact))
        {
            return;
        }

        ulong other = FlowState.UnknownOf(state, root.Index) | FlowState.StoredOf(state, root.Index) | FlowState.FlushedOf(state, root.Index);
        bool isPersisted = (other & step.Mask) == 0 && (FlowState.PersistedOf(state, root.Index) & step.Mask) == step.Mask;
        if (isPersisted && root.MayBe.Count == 0 && Open(root, step.Mask, state) == 0 && !HasOpenTwin(root, state))
        {
            Report(PerformanceRules.RedundantFlush, step.Operation, Properties(root, step.Mask), root.Name);
        }

        CheckSize(step, root, state);
    }

    // A few lines of a large object are dirty: naming the fields saves the others.
    private void CheckSize(in Step step, Root root, ulong[] state)
    {
        const int LargeBytes = 512;
        const int Part = 4;
        ulong stored = FlowState.StoredOf(state, root.Index);
        if (step.Mask == LayoutShape.All && root.Shape.Size >= LargeBytes && stored != 0 && (stored & LayoutShape.Rest) == 0
            && root.Children.Count == 0 && root.MayBe.Count == 0 && (FlowState.UnknownOf(state, root.Index) & stored) == 0
            && root.Shape.Lines(stored) is var lines && lines != 0
            && Count(lines) * Part * Schema.LayoutModel.LineBytes <= root.Shape.Size)
        {
            Report(
                PerformanceRules.WholeObjectFlushed,
                step.Operation,
                Properties(root, stored),
                Number(root.Shape.Size),
                root.Name,
                root.Shape.Describe(stored));
        }
    }

    private static int Count(ulong bits)
    {
        int count = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            count++;
        }

        return count;
    }

    // Two cursors of one layout may lead to one object; what is stored through the other makes a flush useful.
    private bool HasOpenTwin(Root root, ulong[] state) => Objects().Any(o =>
        !ReferenceEquals(o, root)
        && SymbolEqualityComparer.Default.Equals(o.Shape.Layout, root.Shape.Layout)
        && Open(o, LayoutShape.All, state) != 0);

    private void BeforeDrain(in Step step, ulong[] state)
    {
        bool isFlushed = FlowState.StoredOf(state, RootTable.Fence) != 0 || Objects().Any(r => FlowState.FlushedOf(state, r.Index) != 0);
        if (!isFlushed && !Contracts.MayDrainForCaller(program.Owner))
        {
            Report(PerformanceRules.RedundantDrain, step.Operation, null);
        }
    }

    private void BeforeLink(in Step step, ulong[] state)
    {
        Root linked = program.Roots[step.Root];
        Root holder = program.Roots[step.Site];
        CheckPool(step, linked, holder);
        if (Open(linked, LayoutShape.All, state) is var open && open != 0 && !holder.IsLinkedLater)
        {
            Report(DurabilityRules.LinkedTooEarly, step.Operation, Properties(linked, open), linked.Name, FieldsOf(linked, open));
        }
    }

    private void CheckPool(in Step step, Root linked, Root holder)
    {
        if (linked.Pool is { } pool && holder.Pool is { } other && !SymbolEqualityComparer.Default.Equals(pool, other))
        {
            Report(LifetimeRules.OtherPool, step.Operation, null, linked.Name, pool.Name, holder.Name, other.Name);
        }
    }

    // What is published already cannot wait for the replica any more.
    private void BeforeReplicate(in Step step, ulong[] state)
    {
        ulong early = FlowState.PublishedOf(state);
        foreach (int site in Enumerable.Range(0, Math.Min(program.Sites.Count, 64)).Where(s => (early & 1UL << s) != 0))
        {
            Root root = program.Roots[program.Sites[site].Root];
            ReportAt(
                RecordRules.PublishedBeforeReplica,
                program.Sites[site].Operation.Syntax.GetLocation(),
                [step.Operation],
                Properties(root, 0),
                root.Name);
        }
    }

    private void BeforeRequire(in Step step, ulong[] state)
    {
        Root root = program.Roots[step.Root];
        if (Open(root, step.Mask, state) is var open && open != 0)
        {
            string callee = step.Operation is Microsoft.CodeAnalysis.Operations.IInvocationOperation call ? call.TargetMethod.Name : "the constructor";
            Report(DurabilityRules.ArgumentUnpersisted, step.Operation, Properties(root, open), root.Name, FieldsOf(root, open), callee);
        }
    }
}
