using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Frames;

/// <summary>A control request, as it is written and read.</summary>
internal readonly record struct ControlMessage(ControlRequestLayout Fixed, RemotePoolAttributes? Attributes, string Name)
{
    internal ControlOptions Options => (ControlOptions)Fixed.Options;

    internal byte[] ToBytes()
    {
        byte[] name = Encoding.UTF8.GetBytes(Name);
        int attributeBytes = Attributes is null ? 0 : RemotePoolAttributes.SizeBytes;
        byte[] bytes = new byte[ControlRequestLayout.SizeBytes + attributeBytes + name.Length];
        ControlRequestLayout request = Fixed;
        request.NameBytes = (uint)name.Length;
        request.Options |= Attributes is null ? 0 : (uint)ControlOptions.HasAttributes;
        Blittable.AsBytes(in request).CopyTo(bytes);
        if (Attributes is { } attributes)
        {
            Blittable.AsBytes(in attributes).CopyTo(bytes.AsSpan(ControlRequestLayout.SizeBytes));
        }

        name.CopyTo(bytes, ControlRequestLayout.SizeBytes + attributeBytes);
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
        int nameStart = ControlRequestLayout.SizeBytes + (hasAttributes ? RemotePoolAttributes.SizeBytes : 0);
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

        // Bytes that are not UTF-8 become U+FFFD, which no name may hold.
        return new ControlMessage(request, attributes, Encoding.UTF8.GetString(payload[nameStart..]));
    }

    private static FrameException Malformed() => new(Errno.Invalid, "The control request is malformed.");
}
