using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Replication.Target;

/// <summary>Headers of a remote pool, made from attributes and back (replication specification, section 3).</summary>
internal static class TargetHeaders
{
    private const int UserFlagsOffset = 128;
    private const int UserFlagsBytes = 16;

    /// <summary>Headers of a new pool; what the attributes leave at zero is made up.</summary>
    internal static PartHeaderLayout[] New(RemotePoolAttributes attributes, int count, long timeSeconds)
    {
        Guid poolSet = Made(attributes.PoolSetUuid);
        Guid[] ids = [.. Enumerable.Range(0, count).Select(i => i == 0 ? Made(attributes.Uuid) : Guid.NewGuid())];
        Guid next = attributes.NextUuid == Guid.Empty ? ids[0] : attributes.NextUuid;
        Guid previous = attributes.PreviousUuid == Guid.Empty ? ids[0] : attributes.PreviousUuid;
        PartHeaderLayout[] headers = new PartHeaderLayout[count];
        for (int i = 0; i < count; i++)
        {
            PartLinks links = new(ids[i], ids[(i + count - 1) % count], ids[(i + 1) % count], previous, next);
            headers[i] = PartHeader.ForPart(
                attributes.Signature, (PoolFeatures)attributes.Incompat, timeSeconds, poolSet, links, default);
            headers[i].Major = attributes.Major;
            headers[i].Compat = attributes.Compat;
            headers[i].ReadOnlyCompat = attributes.ReadOnlyCompat;
            if (attributes.UserFlags != Guid.Empty)
            {
                SetUserFlags(ref headers[i], attributes.UserFlags);
            }

            headers[i].Checksum = PartHeader.ComputeChecksum(in headers[i]);
        }

        return headers;
    }

    /// <summary>Changes headers as they are: nothing is made up, and the ring of parts is kept.</summary>
    internal static void Overwrite(PartHeaderLayout[] headers, in RemotePoolAttributes attributes)
    {
        headers[0].PartUuid = attributes.Uuid;
        for (int i = 0; i < headers.Length; i++)
        {
            ref PartHeaderLayout header = ref headers[i];
            header.Signature = attributes.Signature;
            header.Major = attributes.Major;
            header.Compat = attributes.Compat;
            header.Incompat = attributes.Incompat;
            header.ReadOnlyCompat = attributes.ReadOnlyCompat;
            header.PoolSetUuid = attributes.PoolSetUuid;
            header.NextReplicaUuid = attributes.NextUuid;
            header.PreviousReplicaUuid = attributes.PreviousUuid;
            header.PreviousPartUuid = headers[(i + headers.Length - 1) % headers.Length].PartUuid;
            header.NextPartUuid = headers[(i + 1) % headers.Length].PartUuid;
            SetUserFlags(ref header, attributes.UserFlags);
            header.Checksum = PartHeader.ComputeChecksum(in header);
        }
    }

    internal static RemotePoolAttributes AttributesOf(in PartHeaderLayout header) => new()
    {
        Signature = header.Signature,
        Major = header.Major,
        Compat = header.Compat,
        Incompat = header.Incompat,
        ReadOnlyCompat = header.ReadOnlyCompat,
        PoolSetUuid = header.PoolSetUuid,
        Uuid = header.PartUuid,
        NextUuid = header.NextReplicaUuid,
        PreviousUuid = header.PreviousReplicaUuid,
        UserFlags = new Guid(Blittable.AsBytes(in header).Slice(UserFlagsOffset, UserFlagsBytes)),
    };

    /// <summary>
    /// Refuses headers that were lost, before attributes and a fresh checksum would make them look sound. A crash in the middle of
    /// a change tears a header, so that the checksum says nothing then; but it leaves who the parts are, and their ring.
    /// </summary>
    internal static void RequireThere(PartHeaderLayout[] headers)
    {
        for (int i = 0; i < headers.Length; i++)
        {
            // The first part may be called zero by its attributes, and its neighbours' links to it change with them.
            bool isLost = !Blittable.AsBytes(in headers[i]).ContainsAnyExcept((byte)0)
                || (i > 0 && headers[i].PartUuid == Guid.Empty)
                || (i > 0 && i + 1 < headers.Length && headers[i].NextPartUuid != headers[i + 1].PartUuid)
                || (i > 1 && headers[i].PreviousPartUuid != headers[i - 1].PartUuid);
            if (isLost)
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant(
                    $"The pool is damaged: the header of part {i} is lost or not its own, so that attributes cannot be written to it."));
            }
        }
    }

    /// <summary>Refuses headers that are damaged or do not belong together.</summary>
    internal static void Require(PartHeaderLayout[] headers)
    {
        RemotePoolAttributes first = AttributesOf(in headers[0]);
        for (int i = 0; i < headers.Length; i++)
        {
            PartHeaderLayout header = headers[i];
            RemotePoolAttributes own = AttributesOf(in header) with { Uuid = first.Uuid };
            string? wrong = !Blittable.AsBytes(in header).ContainsAnyExcept((byte)0) ? "header is all zero"
                : header.Checksum != PartHeader.ComputeChecksum(in header) ? "header checksum is wrong"
                : own != first ? "header differs from that of the first part"
                : header.NextPartUuid != headers[(i + 1) % headers.Length].PartUuid
                    || header.PreviousPartUuid != headers[(i + headers.Length - 1) % headers.Length].PartUuid
                    ? "links do not lead to its neighbours"
                : null;
            if (wrong is not null)
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant($"The pool is damaged: of part {i}, the {wrong}."));
            }
        }
    }

    private static Guid Made(Guid given) => given == Guid.Empty ? Guid.NewGuid() : given;

    private static void SetUserFlags(ref PartHeaderLayout header, Guid flags) =>
        flags.TryWriteBytes(Blittable.AsWritableBytes(ref header)[UserFlagsOffset..]);
}
