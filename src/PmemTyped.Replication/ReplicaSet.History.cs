using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <content>The history of the pool: where it lies, whose numbers are whose, and what a close says.</content>
public sealed partial class ReplicaSet
{
    private readonly bool _keepsHistory;
    private bool _isOpen;
    private bool _isBegun;
    private bool _isAbandoned;

    // How few copies an acknowledged write may have, as far as the policy says when a write fails.
    private int LeastCopies => _options.OnLoss == ReplicaLoss.Degrade || _options.Policy.IsAsync ? 1
        : _options.Policy.IsAll ? _links.Length + 1
        : _options.Policy.Copies;

    private void TakeUpHistory(bool isNew)
    {
        int copies = _links.Length + 1;
        string place = _local.Path;
        if (!_keepsHistory)
        {
            foreach (ReplicaLink link in _links)
            {
                link.Missed = MissedRegionFile.InMemory(_local.LengthBytes);
            }

            return;
        }

        ReplicaMetadata known = isNew ? default : ReplicaPrimary.ExamineAt(place);
        if (known.SetUuid == Guid.Empty)
        {
            ReplicaPrimary.Renew(place, copies, LeastCopies);
            _isBegun = true;
            known = ReplicaPrimary.ExamineAt(place);
        }

        if (known.Copies != copies)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The pool '{place}' is of a set of {known.Copies} copies: {known}. {_links.Length} replicas are named; name all others, in the order of their numbers. To begin another set, remove '{place}{MetadataFile.Suffix}' and the replicas."));
        }

        IReadOnlyList<ReplicaPeer> peers = ReplicaPeer.Others([.. _links.Select(l => l.Endpoint)], known.Number);
        _primary = ReplicaPrimary.OpenAt(place, _local.LengthBytes, peers, _options.Pool);
        foreach (ReplicaLink link in _links)
        {
            link.CopyNumber = peers[link.Number].Number;
            link.Missed = _primary.MissedOf(link.CopyNumber);
        }
    }

    /// <summary>Ends as a crash does: nothing is sent any more, and nothing says that the close was in good order.</summary>
    internal void Abandon()
    {
        _isAbandoned = true;
        Dispose();
    }

    private void CloseHistory()
    {
        if (_isAbandoned)
        {
            _primary?.Abandon();
            return;
        }

        if (_primary is null)
        {
            Array.ForEach(_links, l => l.Missed?.Dispose());
            if (_isBegun && !_isOpen)
            {
                ReplicaPrimary.Forget(_local.Path, _links.Length + 1);
            }

            return;
        }

        if (!_isOpen)
        {
            _primary.Withdraw();
            if (_isBegun)
            {
                ReplicaPrimary.Forget(_local.Path, _links.Length + 1);
            }

            return;
        }

        foreach (ReplicaLink link in _links)
        {
            if (!link.IsInSync)
            {
                _primary.Detach(link.CopyNumber);
                continue;
            }

            // The next open compares these, and finds it out when one of the two was replaced by an older state of it.
            foreach (long region in _recent.Where(r => r >= 0))
            {
                link.Missed.Add(region * RegionBytes, 1);
            }
        }
    }
}
