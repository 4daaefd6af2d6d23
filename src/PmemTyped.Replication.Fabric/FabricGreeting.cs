using System.Buffers.Binary;

namespace PmemTyped.Replication.Fabric;

/// <summary>
/// What both sides say when they connect: who they are, and what they have room for. 16 bytes, little-endian: magic 8, number of
/// messages 4, size of a message 4.
/// </summary>
/// <param name="Messages">How many messages may be on the way to the side that says it.</param>
/// <param name="MessageBytes">How large each of them may be.</param>
internal readonly record struct FabricGreeting(int Messages, int MessageBytes)
{
    internal const int SizeBytes = 16;

    // "PmtFab1" and NUL; another version of the messages is another magic.
    private const ulong Magic = 0x0031_6261_4674_6D50;
    private const int MessagesOffset = 8;
    private const int MessageBytesOffset = 12;
    private const int MinMessages = 2;
    private const int MaxMessages = 4096;
    private const int MinMessageBytes = 1 << 10;
    private const int MaxMessageBytes = 1 << 20;

    internal static FabricGreeting? Read(ReadOnlySpan<byte> bytes)
    {
        // Some providers pad what was sent along.
        if (bytes.Length < SizeBytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
        {
            return null;
        }

        var greeting = new FabricGreeting(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[MessagesOffset..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[MessageBytesOffset..]));
        return greeting is { Messages: >= MinMessages and <= MaxMessages, MessageBytes: >= MinMessageBytes and <= MaxMessageBytes }
            ? greeting
            : null;
    }

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[MessagesOffset..], Messages);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[MessageBytesOffset..], MessageBytes);
    }
}
