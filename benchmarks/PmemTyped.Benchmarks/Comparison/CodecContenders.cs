using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Comparison;

// A payload is encoded and decoded again; header and checksum are the same for every way and not part of it.

/// <summary>64 bytes by generated code.</summary>
internal sealed class NarrowCodec : Contender
{
    private readonly byte[] _payload = new byte[Narrow.Size];
    private Narrow _value;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            Narrow.WritePayload(in _value, _payload);
            if (!Narrow.TryReadPayload(_payload, out _value))
            {
                throw new InvalidOperationException("What was encoded cannot be decoded.");
            }
        }
    }
}

/// <summary>512 bytes by generated code.</summary>
internal sealed class WideCodec : Contender
{
    private readonly byte[] _payload = new byte[Wide.Size];
    private Wide _value;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            Wide.WritePayload(in _value, _payload);
            if (!Wide.TryReadPayload(_payload, out _value))
            {
                throw new InvalidOperationException("What was encoded cannot be decoded.");
            }
        }
    }
}

/// <summary>The bytes of the struct, copied.</summary>
/// <typeparam name="T">The layout.</typeparam>
internal sealed class Copies<T> : Contender
    where T : unmanaged, IPersistentLayout<T>
{
    private readonly byte[] _payload = new byte[T.Size];
    private T _value;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            MemoryMarshal.Write(_payload, in _value);
            _value = MemoryMarshal.Read<T>(_payload);
        }
    }
}

/// <summary>64 bytes, each field by hand.</summary>
internal sealed class NarrowByHand : Contender
{
    private readonly byte[] _payload = new byte[Narrow.Size];
    private Narrow _value;

    internal static void Write(in Narrow value, Span<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(payload, value.A);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], value.B);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], value.C);
        BinaryPrimitives.WriteInt64LittleEndian(payload[24..], value.D);
        BinaryPrimitives.WriteInt64LittleEndian(payload[32..], value.E);
        BinaryPrimitives.WriteInt64LittleEndian(payload[40..], value.F);
        BinaryPrimitives.WriteInt64LittleEndian(payload[48..], value.G);
        BinaryPrimitives.WriteInt64LittleEndian(payload[56..], value.H);
    }

    internal static void Read(ReadOnlySpan<byte> payload, out Narrow value)
    {
        value.A = BinaryPrimitives.ReadInt64LittleEndian(payload);
        value.B = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        value.C = BinaryPrimitives.ReadInt64LittleEndian(payload[16..]);
        value.D = BinaryPrimitives.ReadInt64LittleEndian(payload[24..]);
        value.E = BinaryPrimitives.ReadInt64LittleEndian(payload[32..]);
        value.F = BinaryPrimitives.ReadInt64LittleEndian(payload[40..]);
        value.G = BinaryPrimitives.ReadInt64LittleEndian(payload[48..]);
        value.H = BinaryPrimitives.ReadInt64LittleEndian(payload[56..]);
    }

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            Write(in _value, _payload);
            Read(_payload, out _value);
        }
    }
}

/// <summary>512 bytes, each part by hand.</summary>
internal sealed class WideByHand : Contender
{
    private readonly byte[] _payload = new byte[Wide.Size];
    private Wide _value;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            Write(_payload);
            Read(_payload);
        }
    }

    private void Write(Span<byte> payload)
    {
        NarrowByHand.Write(in _value.A, payload);
        NarrowByHand.Write(in _value.B, payload[64..]);
        NarrowByHand.Write(in _value.C, payload[128..]);
        NarrowByHand.Write(in _value.D, payload[192..]);
        NarrowByHand.Write(in _value.E, payload[256..]);
        NarrowByHand.Write(in _value.F, payload[320..]);
        NarrowByHand.Write(in _value.G, payload[384..]);
        NarrowByHand.Write(in _value.H, payload[448..]);
    }

    private void Read(ReadOnlySpan<byte> payload)
    {
        NarrowByHand.Read(payload, out _value.A);
        NarrowByHand.Read(payload[64..], out _value.B);
        NarrowByHand.Read(payload[128..], out _value.C);
        NarrowByHand.Read(payload[192..], out _value.D);
        NarrowByHand.Read(payload[256..], out _value.E);
        NarrowByHand.Read(payload[320..], out _value.F);
        NarrowByHand.Read(payload[384..], out _value.G);
        NarrowByHand.Read(payload[448..], out _value.H);
    }
}
