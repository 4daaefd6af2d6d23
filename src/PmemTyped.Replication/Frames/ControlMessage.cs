using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Frames;

/// <summary>A control request, as it is written and read.</summary>
internal readonly record struct ControlMessage(
    ControlRequestLayout Fixed, RemotePoolAttributes? Attributes, string Name, ReplicaMetadata? Metadata = null)
{
    internal ControlOptions Options => (ControlOptions)Fixed.Options;

    internal byte[] ToBytes()
    {
        byte[] name = Encoding.UTF8.GetBytes(Name);
        int attributeBytes = Attributes is null ? 0 : RemotePoolAttributes.SizeBytes;
        int metadataBytes = Metadata is null ? 0 : ReplicaMetadataLayout.SizeBytes;
        byte[] bytes = new byte[ControlRequestLayout.SizeBytes + attributeBytes + metadataBytes + name.Length];
        ControlRequestLayout request = Fixed;
        request.NameBytes = (uint)name.Length;
        request.Options |= Attributes is null ? 0 : (uint)ControlOptions.HasAttributes;
        request.Options |= Metadata is null ? 0 : (uint)ControlOptions.HasMetadata;
        Blittable.AsBytes(in request).CopyTo(bytes);
        if (Attributes is { } attributes)
        {
            Blittable.AsBytes(in attributes).CopyTo(bytes.AsSpan(ControlRequestLayout.SizeBytes));
        }

        if (Metadata is { } metadata)
        {
            ReplicaMetadataLayout slot = metadata.ToLayout(sequence: 1);
            Blittable.AsBytes(in slot).CopyTo(bytes.AsSpan(ControlRequestLayout.SizeBytes + attributeBytes));
        }

        name.CopyTo(bytes, bytes.Length - name.Length);
        return bytes;
    }

    /// <summary>Reads a payload; every length must agree with every other.</summary>
    internal static ControlMessage Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < ControlRequestLayout.SizeBytes)
        {
            throw Malformed();
        }

        ControlRequestLayout request = Blittable.Read<ControlRequestLayout>(payload);
        var options = (ControlOptions)request.Options;
        bool hasAttributes = (options & ControlOptions.HasAttributes) != 0;
        bool hasMetadata = (options & ControlOptions.HasMetadata) != 0;
        int metadataStart = ControlRequestLayout.SizeBytes + (hasAttributes ? RemotePoolAttributes.SizeBytes : 0);
        int nameStart = metadataStart + (hasMetadata ? ReplicaMetadataLayout.SizeBytes : 0);
        bool isSound = (options & ~ControlOptions.Request) == 0
            && request.Reserved == 0
            && request.NameBytes <= ControlRequestLayout.MaxNameBytes
            && payload.Length == nameStart + (int)request.NameBytes;
        if (!isSound)
        {
            throw Malformed();
        }

        RemotePoolAttributes? attributes = hasAttributes
            ? Blittable.Read<RemotePoolAttributes>(payload[ControlRequestLayout.SizeBytes..])
            : null;

        ReplicaMetadata? metadata = hasMetadata ? ReadMetadata(payload[metadataStart..]) : null;

        // Bytes that are not UTF-8 become U+FFFD, which no name may hold.
        return new ControlMessage(request, attributes, Encoding.UTF8.GetString(payload[nameStart..]), metadata);
    }

    /// <summary>Reads metadata of a copy; they are bounded as those of a side file are.</summary>
    internal static ReplicaMetadata ReadMetadata(ReadOnlySpan<byte> payload)
    {
        ReplicaMetadataLayout slot = Blittable.Read<ReplicaMetadataLayout>(payload);
        return ReplicaMetadata.IsSound(in slot) ? ReplicaMetadata.From(in slot) : throw Malformed();
    }

    private static FrameException Malformed() => new(Errno.Invalid, "The control request is malformed.");
}
