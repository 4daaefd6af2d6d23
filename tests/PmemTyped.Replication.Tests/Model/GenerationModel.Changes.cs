using System.Numerics;
using PmemTyped.Replication.Generations;

namespace PmemTyped.Replication.Tests.Model;

/// <content>Who becomes the writer, and how copies become equal again.</content>
internal sealed partial class GenerationModel
{
    private void Promote(ModelState state, int i)
    {
        ModelNode node = state.Nodes[i];
        if (!node.IsUp || node.IsWriter || node.Metadata.Role == ReplicaRole.Primary)
        {
            return;
        }

        if (state.Budget.Promotions > 0)
        {
            PromoteWith(state, i, isForced: false);
        }

        if (state.Budget.Forces > 0)
        {
            PromoteWith(state, i, isForced: true);
        }
    }

    // Answers of any of the copies that are reached may be lost.
    private void PromoteWith(ModelState state, int i, bool isForced)
    {
        for (int asked = 0; asked < 1 << ModelState.Count; asked++)
        {
            if ((asked & (1 << i)) != 0 || !AreReached(state, i, asked))
            {
                continue;
            }

            ModelState next = state.Copy();
            next.Budget = isForced
                ? next.Budget with { Forces = next.Budget.Forces - 1 }
                : next.Budget with { Promotions = next.Budget.Promotions - 1 };
            ulong epoch = PromiseOf(next, i, asked, withOwn: true, out ReplicaMetadata[] promised);
            ReplicaMetadata metadata = next.Nodes[i].Metadata;
            if (IsPermitted(GenerationRules.Judge(in metadata, promised), isForced))
            {
                next.Nodes[i].Metadata =
                    GenerationRules.Promoted(in metadata, epoch, Generation(++next.Generations), isForced, nowSeconds: 0);
            }

            Add(isForced ? "promote by force" : "promote", i, asked, next);
        }
    }

    private void Open(ModelState state, int i)
    {
        ModelNode node = state.Nodes[i];
        if (!node.IsUp || node.IsWriter || node.Metadata.Role != ReplicaRole.Primary || state.Budget.Opens == 0)
        {
            return;
        }

        for (int asked = 0; asked < 1 << ModelState.Count; asked++)
        {
            if ((asked & (1 << i)) == 0 && AreReached(state, i, asked))
            {
                OpenWith(state, i, asked);
            }
        }
    }

    private void OpenWith(ModelState state, int i, int asked)
    {
        ModelState next = state.Copy();
        next.Budget = next.Budget with { Opens = next.Budget.Opens - 1 };
        ModelNode node = next.Nodes[i];
        ulong epoch = PromiseOf(next, i, asked, withOwn: false, out ReplicaMetadata[] promised);
        ReplicaMetadata metadata = node.Metadata;
        if (IsPermitted(GenerationRules.Judge(in metadata, promised), isForced: false))
        {
            if (!metadata.IsClean && Holds(ModelRule.FillAfterCrash))
            {
                Array.Fill(node.Missed, AllRegions);
            }

            metadata = GenerationRules.Opened(in metadata);
            node.Metadata = GenerationRules.Promised(in metadata, epoch);
            node.IsWriter = true;
            node.Epoch = epoch;
            CheckWriter(next, i);
        }

        Add("open", i, asked, next);
    }

    private static void CheckWriter(ModelState state, int i)
    {
        ModelNode node = state.Nodes[i];
        ModelViolation.Unless(
            state.Epochs.TrueForAll(e => e.Epoch != node.Epoch), "two writers of one epoch");
        state.Epochs.Add((node.Epoch, i));
        ModelViolation.Unless(
            node.Metadata.IsForced || (state.Acknowledged & ~node.Data) == 0, "a writer lacks a write that was acknowledged");
        for (int write = 0; write < state.Writes; write++)
        {
            bool isOrdered = (node.Data & (1 << write)) == 0 || (state.Before[write] & ~node.Data) == 0;
            ModelViolation.Unless(isOrdered || node.Metadata.IsForced, "a writer has a write without those before it");
        }
    }

    private bool IsPermitted(PromotionVerdict verdict, bool isForced) => verdict switch
    {
        PromotionVerdict.Permitted => true,
        PromotionVerdict.TooFewPromises => isForced || !Holds(ModelRule.EnoughPromises),
        PromotionVerdict.Behind => isForced || !Holds(ModelRule.NewestOnly),
        PromotionVerdict.Diverged => isForced || !Holds(ModelRule.NewestOnly),
        PromotionVerdict.Syncing => !Holds(ModelRule.WholeOnly),
        _ => false,
    };

    // A writer that runs keeps its side file to itself, so that it promises nothing.
    private static bool AreReached(ModelState state, int from, int asked)
    {
        for (int i = 0; i < ModelState.Count; i++)
        {
            if ((asked & (1 << i)) != 0 && (!IsReached(state, from, i) || state.Nodes[i].IsWriter))
            {
                return false;
            }
        }

        return true;
    }

    private ulong PromiseOf(ModelState state, int i, int asked, bool withOwn, out ReplicaMetadata[] promised)
    {
        ulong highest = state.Nodes[i].Metadata.PromisedEpoch;
        for (int other = 0; other < ModelState.Count && Holds(ModelRule.RisingPromises); other++)
        {
            highest = (asked & (1 << other)) != 0 ? Math.Max(highest, state.Nodes[other].Metadata.PromisedEpoch) : highest;
        }

        ulong epoch = GenerationRules.NextEpoch(highest, state.Nodes[i].Metadata.Number);
        List<ReplicaMetadata> answers = [];
        for (int other = 0; other < ModelState.Count; other++)
        {
            if ((asked & (1 << other)) != 0 || (withOwn && other == i))
            {
                ReplicaMetadata theirs = state.Nodes[other].Metadata;
                if (!Holds(ModelRule.RisingPromises) || GenerationRules.MayPromise(in theirs, epoch))
                {
                    theirs = GenerationRules.Promised(in theirs, epoch);
                    state.Nodes[other].Metadata = theirs;
                    if (other != i)
                    {
                        answers.Add(theirs);
                    }
                }
            }
        }

        promised = [.. answers];
        return epoch;
    }

    private void Resync(ModelState state, int i, int other)
    {
        ModelNode node = state.Nodes[i];
        bool isPossible = IsReached(state, i, other) && !state.Nodes[other].IsWriter && (node.Attached & Bit(state, other)) == 0
            && Obeys(state, other, node.Epoch) && node.Next is null;
        if (!isPossible)
        {
            return;
        }

        if (node.Syncing == other)
        {
            EndResync(state.Copy(), i, other);
        }
        else if (node.Syncing < 0 && state.Budget.Syncs > 0)
        {
            BeginResync(state.Copy(), i, other);
        }
    }

    private void BeginResync(ModelState next, int i, int other)
    {
        ModelNode writer = next.Nodes[i];
        ModelNode copy = next.Nodes[other];
        ReplicaMetadata mine = writer.Metadata;
        ReplicaMetadata theirs = copy.Metadata;
        ReplicaMetadata seen = Holds(ModelRule.OthersResyncIsFull) ? theirs : theirs with { Role = ReplicaRole.Replica };
        ResyncDirection direction = GenerationRules.Compare(in mine, in seen);
        if (direction is not (ResyncDirection.Quick or ResyncDirection.Full))
        {
            return;
        }

        next.Budget = next.Budget with { Syncs = next.Budget.Syncs - 1 };
        if (direction == ResyncDirection.Full)
        {
            writer.Missed[other] = AllRegions;
        }

        copy.Metadata = GenerationRules.Promised(GenerationRules.Syncing(in mine, in theirs, theirs.Number), writer.Epoch);
        writer.Syncing = other;
        writer.IsReturned = false;

        // The last region first: until the end the bytes are those of no moment.
        int differs = (writer.Data ^ copy.Data) & writer.Missed[other];
        if (differs != 0)
        {
            int last = 1 << BitOperations.Log2((uint)differs);
            copy.Data = (copy.Data & ~last) | (writer.Data & last);
            writer.Missed[other] &= ~last;
        }

        Add("begin resync", i, other, next);
    }

    private void EndResync(ModelState next, int i, int other)
    {
        ModelNode writer = next.Nodes[i];
        ModelNode copy = next.Nodes[other];
        ReplicaMetadata mine = writer.Metadata;
        if (!writer.IsReturned && Holds(ModelRule.OffTheListFirst))
        {
            writer.Metadata = GenerationRules.Returned(in mine, copy.Metadata.Number);
            writer.IsReturned = true;
            Add("resync, off the list", i, other, next);
            return;
        }

        if (writer.IsReturned && !Holds(ModelRule.OffTheListFirst))
        {
            writer.Metadata = GenerationRules.Returned(in mine, copy.Metadata.Number);
            writer.Syncing = -1;
            writer.IsReturned = false;
            writer.Attached |= Bit(next, other);
            Add("resync, off the list at last", i, other, next);
            return;
        }

        copy.Data = (copy.Data & ~writer.Missed[other]) | (writer.Data & writer.Missed[other]);
        writer.Missed[other] = 0;
        ReplicaMetadata theirs = copy.Metadata;
        copy.Metadata = GenerationRules.Synced(in mine, in theirs);
        if (writer.Pending >= 0)
        {
            writer.Delivered |= Bit(next, other);
        }

        if (Holds(ModelRule.OffTheListFirst))
        {
            writer.Syncing = -1;
            writer.IsReturned = false;
            writer.Attached |= Bit(next, other);
        }
        else
        {
            writer.IsReturned = true;
        }

        ModelViolation.Unless(copy.Data == writer.Data, "a copy differs after a resync");
        Add("end resync", i, other, next);
    }
}
