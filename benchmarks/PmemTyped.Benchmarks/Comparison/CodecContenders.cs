using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Comparison;

// A payload is encoded and decoded again; header and checksum are the same for every way and not part of it. Both sides do it
// to the same object: where it lies in its cache lines counts as much as the code.

/// <summary>An object and its payload.</summary>
/// <typeparam name="T">The layout.</typeparam>
internal sealed class Encoded<T>
    where T : unmanaged, IPersistentLayout<T>
{
    internal readonly byte[] Payload = new byte[T.Size];
    internal T Value;
}

/// <summary>64 bytes by generated code.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class NarrowCodec<TPlace>(Encoded<Narrow> encoded) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        Span<byte> payload = encoded.Payload;
        ref Narrow value = ref encoded.Value;
        for (int i = 0; i < operations; i++)
        {
            Narrow.WritePayload(in value, payload);
            if (!Narrow.TryReadPayload(payload, out value))
            {
                throw new InvalidOperationException("What was encoded cannot be decoded.");
            }
        }
    }
}

/// <summary>512 bytes by generated code.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class WideCodec<TPlace>(Encoded<Wide> encoded) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        Span<byte> payload = encoded.Payload;
        ref Wide value = ref encoded.Value;
        for (int i = 0; i < operations; i++)
        {
            Wide.WritePayload(in value, payload);
            if (!Wide.TryReadPayload(payload, out value))
            {
                throw new InvalidOperationException("What was encoded cannot be decoded.");
            }
        }
    }
}

/// <summary>The bytes of the struct, copied.</summary>
/// <typeparam name="T">The layout.</typeparam>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class Copies<T, TPlace>(Encoded<T> encoded) : PlacedContender<TPlace>
    where T : unmanaged, IPersistentLayout<T>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        Span<byte> payload = encoded.Payload;
        ref T value = ref encoded.Value;
        for (int i = 0; i < operations; i++)
        {
            MemoryMarshal.Write(payload, in value);
            value = MemoryMarshal.Read<T>(payload);
        }
    }
}

/// <summary>64 bytes, each field by hand.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class NarrowByHand<TPlace>(Encoded<Narrow> encoded) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        Span<byte> payload = encoded.Payload;
        ref Narrow value = ref encoded.Value;
        for (int i = 0; i < operations; i++)
        {
            ByHand.Write(in value, payload);
            ByHand.Read(payload, out value);
        }
    }
}

/// <summary>512 bytes, each part by hand.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class WideByHand<TPlace>(Encoded<Wide> encoded) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        Span<byte> payload = encoded.Payload;
        ref Wide value = ref encoded.Value;
        for (int i = 0; i < operations; i++)
        {
            Write(in value, payload);
            Read(payload, out value);
        }
    }

    private static void Write(in Wide value, Span<byte> payload)
    {
        ByHand.Write(in value.A, payload);
        ByHand.Write(in value.B, payload[64..]);
        ByHand.Write(in value.C, payload[128..]);
        ByHand.Write(in value.D, payload[192..]);
        ByHand.Write(in value.E, payload[256..]);
        ByHand.Write(in value.F, payload[320..]);
        ByHand.Write(in value.G, payload[384..]);
        ByHand.Write(in value.H, payload[448..]);
    }

    private static void Read(ReadOnlySpan<byte> payload, out Wide value)
    {
        ByHand.Read(payload, out value.A);
        ByHand.Read(payload[64..], out value.B);
        ByHand.Read(payload[128..], out value.C);
        ByHand.Read(payload[192..], out value.D);
        ByHand.Read(payload[256..], out value.E);
        ByHand.Read(payload[320..], out value.F);
        ByHand.Read(payload[384..], out value.G);
        ByHand.Read(payload[448..], out value.H);
    }
}

/// <summary>Eight numbers as a programmer would store them.</summary>
internal static class ByHand
{
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
}
