using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// CRC-32C at the speed of the caches. The CRC instruction starts every cycle and takes three, the carry-less multiplication
/// works beside it on another port, so a block is cut into four: one piece is folded by multiplication while three chains of CRC
/// instructions take the others, and four multiplications join the sums. All polynomials are bit-reflected.
/// </summary>
internal static unsafe class FoldedCrc32C
{
    /// <summary>The shortest input that a block of it fits into.</summary>
    internal const int LeastBytes = 6 * StepBytes;

    private const int FoldedBytes = 64;
    private const int ChainedBytes = 24;
    private const int StepBytes = FoldedBytes + (3 * ChainedBytes);
    private const int WordBytes = sizeof(ulong);
    private const int LaneBytes = 16;
    private const uint Polynomial = 0x82F6_3B78;

    // One that makes the joining cheap, one that fits a page, one that leaves little for a single chain.
    private static readonly Block[] s_blocks = [new(60), new(30), new(6)];

    // What moves 16 bytes past 64, and past 16.
    private static readonly Vector128<ulong> s_past64 = LaneKeys(FoldedBytes);
    private static readonly Vector128<ulong> s_past16 = LaneKeys(LaneBytes);

    internal static bool IsSupported => Pclmulqdq.IsSupported && Sse42.X64.IsSupported;

    /// <summary>Continues a checksum over as many blocks as there are.</summary>
    /// <returns>The checksum, and in <paramref name="done"/> how many bytes it took in.</returns>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes, out int done)
    {
        done = 0;
        fixed (byte* start = bytes)
        {
            foreach (Block block in s_blocks)
            {
                // SAFETY: the span is pinned, and a block is begun only when all of it lies within.
                for (; bytes.Length - done >= block.Bytes; done += block.Bytes)
                {
                    crc = Append(crc, start + done, block);
                }
            }
        }

        return crc;
    }

    private static uint Append(uint crc, byte* folded, Block block)
    {
        // SAFETY: the caller has checked that block.Bytes are there: steps times 64 folded ones, then three chains.
        byte* chain = folded + (block.Steps * FoldedBytes);
        Vector128<ulong> a = Lane(folded) ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> b = Lane(folded + LaneBytes);
        Vector128<ulong> c = Lane(folded + (2 * LaneBytes));
        Vector128<ulong> d = Lane(folded + (3 * LaneBytes));
        Vector128<ulong> past = s_past64;
        nint second = block.ChainBytes;
        nint third = 2 * second;
        ulong x = 0;
        ulong y = 0;
        ulong z = 0;
        for (int step = 1; step < block.Steps; step++)
        {
            folded += FoldedBytes;
            a = Fold(a, past, Lane(folded));
            b = Fold(b, past, Lane(folded + LaneBytes));
            Chain(ref x, ref y, ref z, chain, second, third);
            Chain(ref x, ref y, ref z, chain + WordBytes, second, third);
            c = Fold(c, past, Lane(folded + (2 * LaneBytes)));
            d = Fold(d, past, Lane(folded + (3 * LaneBytes)));
            Chain(ref x, ref y, ref z, chain + (2 * WordBytes), second, third);
            chain += ChainedBytes;
        }

        Chain(ref x, ref y, ref z, chain, second, third);
        Chain(ref x, ref y, ref z, chain + WordBytes, second, third);
        Chain(ref x, ref y, ref z, chain + (2 * WordBytes), second, third);
        a = Fold(Fold(Fold(a, s_past16, b), s_past16, c), s_past16, d);
        ulong w = Sse42.X64.Crc32(Sse42.X64.Crc32(0, a.GetElement(0)), a.GetElement(1));
        return Past(block.Three, w) ^ Past(block.Two, x) ^ Past(block.One, y) ^ (uint)z;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Lane(byte* at) => Vector128.Load((ulong*)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chain(ref ulong x, ref ulong y, ref ulong z, byte* at, nint second, nint third)
    {
        x = Sse42.X64.Crc32(x, *(ulong*)at);
        y = Sse42.X64.Crc32(y, *(ulong*)(at + second));
        z = Sse42.X64.Crc32(z, *(ulong*)(at + third));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> lane, Vector128<ulong> keys, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(lane, keys, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, keys, 0x11) ^ next;

    /// <summary>A sum as it is after so many zeros as the key stands for; the CRC instruction brings the product back to 32 bits.</summary>
    internal static uint Past(ulong key, ulong sum) => (uint)Sse42.X64.Crc32(
        0, Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(sum), Vector128.CreateScalar(key), 0x00).ToScalar());

    // The product of two reflected 64-bit numbers lies one bit too low, hence one power less; the lower half is 64 bits ahead.
    private static Vector128<ulong> LaneKeys(int bytes) =>
        Vector128.Create((ulong)Power((8 * bytes) + 63) << 32, (ulong)Power((8 * bytes) - 1) << 32);

    // The instruction multiplies by x^32, and the product of reflected numbers lies one bit too low.
    internal static ulong SumKey(int bytes) => Power((8 * bytes) - 33);

    // x^exponent modulo the polynomial.
    private static uint Power(int exponent)
    {
        uint power = 0x8000_0000;
        for (int i = 0; i < exponent; i++)
        {
            power = (power >> 1) ^ ((power & 1) * Polynomial);
        }

        return power;
    }

    private sealed class Block(int steps)
    {
        internal int Steps { get; } = steps;

        internal int Bytes { get; } = steps * StepBytes;

        internal int ChainBytes { get; } = steps * ChainedBytes;

        internal ulong One { get; } = SumKey(steps * ChainedBytes);

        internal ulong Two { get; } = SumKey(2 * steps * ChainedBytes);

        internal ulong Three { get; } = SumKey(3 * steps * ChainedBytes);
    }
}
