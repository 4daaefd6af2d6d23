using System.Security.Cryptography;
using PmemTyped.Mapping;
using PmemTyped.Replication.Target;

namespace PmemTyped.Replication.Initiator;

/// <summary>Compares a window with the local map by hashes of pieces.</summary>
internal static class RemoteComparison
{
    private const int PieceBytes = 64 << 10;
    private const int AheadBytes = 1 << 20;

    internal static List<RemoteDifference> Run(
        RemoteLane lane, PmemMap local, long start, long end, int frameBytes, Func<ReplicaDeadline> perPiece)
    {
        int pieceBytes = Math.Min(PieceBytes, frameBytes);
        byte[] ours = new byte[SHA256.HashSizeInBytes];
        byte[] theirs = new byte[TargetLane.HashBytes];
        List<RemoteDifference> found = [];
        for (long at = start; at < end; at += pieceBytes)
        {
            int length = (int)Math.Min(pieceBytes, end - at);
            if ((at - start) % AheadBytes < pieceBytes)
            {
                // The stretch that is read now was asked for one stretch ago.
                local.Preload(at, Math.Min(2 * AheadBytes, end - at));
            }

            lane.Hash(at, length, theirs, perPiece());
            using (scoped PmemMapLease lease = local.Lease())
            {
                SHA256.HashData(lease.Window(at, length), ours);
            }

            if (!ours.AsSpan(0, theirs.Length).SequenceEqual(theirs))
            {
                RemoteDifference.Append(found, at, length);
            }
        }

        return found;
    }
}
