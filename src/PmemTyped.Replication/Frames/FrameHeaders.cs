using PmemTyped.Native;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Frames;

/// <summary>Makes and judges frame headers.</summary>
internal static class FrameHeaders
{
    /// <summary>The lane number of the control connection.</summary>
    internal const ushort ControlLane = 0xFFFF;

    internal static FrameHeaderLayout Of(FrameKind kind, ushort lane) => new()
    {
        Magic = FrameHeaderLayout.FrameMagic,
        Version = FrameHeaderLayout.CurrentVersion,
        Kind = kind,
        Lane = lane,
    };

    /// <summary>Gives a header its checksum; every field is final before.</summary>
    internal static void Seal(ref FrameHeaderLayout header) => header.Checksum = ChecksumOf(in header);

    internal static uint StatusOf(int error, ReplicaDurability level) => (uint)(ushort)error | ((uint)level << 16);

    internal static int ErrorOf(in FrameHeaderLayout header) => (ushort)header.Status;

    internal static ReplicaDurability LevelOf(in FrameHeaderLayout header) => (ReplicaDurability)(header.Status >> 16);

    /// <summary>Throws what is wrong with a header; nothing of it is believed before. The length is bounded here.</summary>
    internal static void Require(in FrameHeaderLayout header, ushort lane, int maxPayloadBytes)
    {
        if (header.Magic != FrameHeaderLayout.FrameMagic)
        {
            throw new FrameException(RemoteErrno.Protocol, "The peer does not speak this protocol.");
        }

        if (header.Version != FrameHeaderLayout.CurrentVersion)
        {
            throw new FrameException(RemoteErrno.ProtocolNotSupported, FormattableString.Invariant(
                $"The peer speaks version {header.Version} of the protocol; this one is {FrameHeaderLayout.CurrentVersion}. Update one of them."));
        }

        if (header.Checksum != ChecksumOf(in header))
        {
            throw new FrameException(RemoteErrno.Protocol, "A frame header has a wrong checksum.");
        }

        if (header.Kind is FrameKind.None or > FrameKind.Error || header.Lane != lane)
        {
            throw new FrameException(RemoteErrno.Protocol, FormattableString.Invariant(
                $"A frame of kind {(int)header.Kind} for lane {header.Lane} arrived on lane {lane}."));
        }

        if (header.PayloadBytes > (uint)maxPayloadBytes)
        {
            throw new FrameException(RemoteErrno.Protocol, FormattableString.Invariant(
                $"A frame announces {header.PayloadBytes} bytes; at most {maxPayloadBytes} are taken."));
        }
    }

    /// <summary>Throws when a payload is not what its header says; one without checksum needs a protected connection.</summary>
    internal static void RequirePayload(in FrameHeaderLayout header, ReadOnlySpan<byte> payload, bool isProtected)
    {
        bool hasChecksum = ((FrameFlags)header.Flags & FrameFlags.Checksum) != 0 || header.Kind == FrameKind.Control;
        if (payload.Length == 0 || (isProtected && !hasChecksum))
        {
            return;
        }

        if (!hasChecksum || header.PayloadChecksum != Crc32C.Compute(payload))
        {
            throw new FrameException(RemoteErrno.BadMessage, "The payload of a frame has a wrong checksum.");
        }
    }

    private static uint ChecksumOf(in FrameHeaderLayout header) =>
        Crc32C.Compute(Blittable.AsBytes(in header)[..FrameHeaderLayout.ChecksumOffset]);
}
