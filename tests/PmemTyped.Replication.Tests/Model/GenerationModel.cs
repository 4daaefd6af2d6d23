using System.Numerics;
using PmemTyped.Replication.Generations;

namespace PmemTyped.Replication.Tests.Model;

/// <summary>
/// Three copies that cut, heal, crash, restart, write, are left behind, brought up to date and promoted, in every order. What
/// metadata become is decided by the functions of the library; a rule can be left out. Steps between which a crash matters are
/// steps of their own. (replication specification, 19.7)
/// </summary>
internal sealed partial class GenerationModel(ModelRule elided)
{
    private const int AllRegions = 0xFF;

    private readonly List<(ModelStep Step, ModelState State)> _next = [];

    /// <summary>Every state that can come next.</summary>
    internal IReadOnlyList<(ModelStep Step, ModelState State)> After(ModelState state)
    {
        _next.Clear();
        for (int link = 0; link < ModelState.Count; link++)
        {
            CutOrHeal(state, link);
        }

        for (int i = 0; i < ModelState.Count; i++)
        {
            CrashOrRestart(state, i);
            Promote(state, i);
            Open(state, i);
            if (state.Nodes[i].IsWriter)
            {
                Write(state, i);
                for (int other = 0; other < ModelState.Count; other++)
                {
                    if (other != i)
                    {
                        Deliver(state, i, other);
                        Exclude(state, i, other);
                        Resync(state, i, other);
                    }
                }
            }
        }

        return _next;
    }

    private static Guid Generation(int number) => new(number, 0, 0, new byte[8]);

    private static ulong Bit(ModelState state, int i) => GenerationRules.Bit(state.Nodes[i].Metadata.Number);

    private static bool IsReached(ModelState state, int from, int to) =>
        state.Nodes[to].IsUp && state.IsLinked(from, to);

    private bool Holds(ModelRule rule) => elided != rule;

    private bool Obeys(ModelState state, int copy, ulong epoch)
    {
        ReplicaMetadata metadata = state.Nodes[copy].Metadata;
        return !Holds(ModelRule.Fence) || GenerationRules.MayWrite(in metadata, epoch);
    }

    private void Add(string name, int a, int b, ModelState state) => _next.Add((new ModelStep(name, a + 1, b + 1), state));

    private void CutOrHeal(ModelState state, int link)
    {
        (int a, int b) = link switch { 0 => (0, 1), 1 => (0, 2), _ => (1, 2) };
        ModelState next = state.Copy();
        next.Links ^= 1 << link;
        if (!state.IsLinked(a, b))
        {
            Add("heal", a, b, next);
        }
        else if (state.Budget.Cuts > 0)
        {
            next.Budget = next.Budget with { Cuts = next.Budget.Cuts - 1 };
            Detach(next, a, b);
            Detach(next, b, a);
            Add("cut", a, b, next);
        }
    }

    private void CrashOrRestart(ModelState state, int i)
    {
        ModelState next = state.Copy();
        ModelNode node = next.Nodes[i];
        if (!node.IsUp)
        {
            node.IsUp = true;
            Add("restart", i, i, next);
            return;
        }

        if (state.Budget.Crashes == 0)
        {
            return;
        }

        next.Budget = next.Budget with { Crashes = next.Budget.Crashes - 1 };
        if (node is { IsWriter: true, Pending: ModelState.NoWrite, Syncing: -1, Next: null })
        {
            ModelState closed = next.Copy();
            closed.Nodes[i].Metadata = closed.Nodes[i].Metadata with { IsClean = true };
            closed.Nodes[i].Forget();
            Add("close", i, i, closed);
        }

        node.IsUp = false;
        node.Forget();
        for (int other = 0; other < ModelState.Count; other++)
        {
            Detach(next, other, i);
        }

        Add("crash", i, i, next);
    }

    // What a primary does that loses a replica: what was not acknowledged is missed.
    private static void Detach(ModelState state, int primary, int lost)
    {
        ModelNode node = state.Nodes[primary];
        ulong bit = Bit(state, lost);
        if (node.IsWriter && (node.Attached & bit) != 0 && node.Pending >= 0 && (node.Delivered & bit) == 0)
        {
            node.Missed[lost] |= 1 << node.Pending;
        }

        node.Attached &= ~bit;
        if (node.Syncing == lost)
        {
            node.Syncing = -1;
            node.IsReturned = false;
        }
    }

    private void Write(ModelState state, int i)
    {
        ModelNode node = state.Nodes[i];
        if (node.Pending == ModelState.NoWrite)
        {
            if (state.Writes < state.Before.Length)
            {
                ModelState next = state.Copy();
                ModelNode writer = next.Nodes[i];
                int write = next.Writes++;
                next.Before[write] = writer.Data;
                writer.Data |= 1 << write;
                writer.Pending = write;
                writer.Delivered = 0;
                for (int other = 0; other < ModelState.Count; other++)
                {
                    if (other != i && (writer.Attached & Bit(next, other)) == 0)
                    {
                        writer.Missed[other] |= 1 << write;
                    }
                }

                Add("write", i, i, next);
            }

            return;
        }

        ReplicaMetadata metadata = node.Metadata;
        bool isEnough = Holds(ModelRule.GenerationFirst)
            ? GenerationRules.MayAcknowledge(in metadata, node.Attached)
            : BitOperations.PopCount(node.Attached) + 1 >= metadata.LeastCopies;
        if (isEnough && (node.Attached & ~node.Delivered) == 0)
        {
            ModelState next = state.Copy();
            int bit = 1 << node.Pending;
            next.Acknowledged |= bit;
            next.Nodes[i].Pending = ModelState.NoWrite;
            foreach (ModelNode other in next.Nodes)
            {
                ModelViolation.Unless(
                    !other.IsWriter || other.Metadata.IsForced || other.Epoch <= node.Epoch || (other.Data & bit) != 0,
                    "a write was acknowledged that a later writer lacks");
            }

            Add("acknowledge", i, i, next);
        }
    }

    private void Deliver(ModelState state, int i, int other)
    {
        ModelNode node = state.Nodes[i];
        ulong bit = Bit(state, other);
        if ((node.Attached & bit) == 0 || !IsReached(state, i, other))
        {
            return;
        }

        ModelState next = state.Copy();
        if (!Obeys(state, other, node.Epoch))
        {
            next.Nodes[i].Forget();
            Add("fenced", i, other, next);
        }
        else if (node.Pending >= 0 && (node.Delivered & bit) == 0)
        {
            next.Nodes[other].Data |= 1 << node.Pending;
            next.Nodes[i].Delivered |= bit;
            Add("deliver", i, other, next);
        }
    }

    private void Exclude(ModelState state, int i, int other)
    {
        ModelNode node = state.Nodes[i];
        if (node.Next is not null)
        {
            FinishExclusion(state, i, other);
            return;
        }

        // A copy that returns is taken off the list and given the generation under one lock.
        ulong bit = Bit(state, other);
        if (node.IsReturned || ((node.Attached | node.Metadata.Away) & bit) != 0
            || BitOperations.PopCount(node.Attached) + 1 < node.Metadata.LeastCopies)
        {
            return;
        }

        ModelState next = state.Copy();
        ModelNode writer = next.Nodes[i];
        ReplicaMetadata metadata = writer.Metadata;
        writer.Next = GenerationRules.Without(in metadata, bit, Generation(++next.Generations), nowSeconds: 0);
        if (Holds(ModelRule.MembersFirst))
        {
            TellMembers(next, i);
        }
        else
        {
            writer.Metadata = writer.Next.Value;
        }

        Add("leave behind", i, other, next);
    }

    private void FinishExclusion(ModelState state, int i, int other)
    {
        // Once, whichever copy is looked at.
        if (other != (i == 0 ? 1 : 0))
        {
            return;
        }

        ModelState next = state.Copy();
        ModelNode writer = next.Nodes[i];
        if (Holds(ModelRule.MembersFirst))
        {
            writer.Metadata = writer.Next!.Value with { PromisedEpoch = writer.Metadata.PromisedEpoch };
        }
        else
        {
            TellMembers(next, i);
        }

        writer.Next = null;
        Add("left behind", i, i, next);
    }

    // A member that does not answer is detached; one that promised another epoch ends the writer.
    private void TellMembers(ModelState state, int i)
    {
        ReplicaMetadata given = state.Nodes[i].Next!.Value;
        for (int member = 0; member < ModelState.Count; member++)
        {
            ModelNode writer = state.Nodes[i];
            if (member == i || (writer.Attached & Bit(state, member)) == 0)
            {
                continue;
            }

            if (!IsReached(state, i, member) || !Obeys(state, member, writer.Epoch))
            {
                Detach(state, i, member);
                continue;
            }

            ReplicaMetadata theirs = state.Nodes[member].Metadata;
            state.Nodes[member].Metadata = GenerationRules.Synced(in given, in theirs);
        }
    }
}
