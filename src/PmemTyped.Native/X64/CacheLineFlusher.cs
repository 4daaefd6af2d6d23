using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.X64;

/// <summary>
/// Writes cache lines back. .NET has no intrinsic for it, so a loop of a few bytes of machine code
/// is written once into an anonymous page, which then becomes read+execute (Design 0002).
/// </summary>
internal static unsafe class CacheLineFlusher
{
    internal const int LineBytes = 64;

    // The call suppresses the GC transition, so one call must stay short: 64 KiB is 1,024 lines,
    // some tens of microseconds at worst.
    private const nint ChunkBytes = 64 * 1024;

    private const nuint CodePageBytes = 4096;

    // Arguments: rdi = first line (64-byte aligned), rsi = end (exclusive, greater than rdi).
    //   next: <flush> [rdi]; add rdi, 64; cmp rdi, rsi; jb next; ret
    private static ReadOnlySpan<byte> ClwbLoop =>
        [0x66, 0x0F, 0xAE, 0x37, 0x48, 0x83, 0xC7, 0x40, 0x48, 0x39, 0xF7, 0x72, 0xF3, 0xC3];

    private static ReadOnlySpan<byte> ClflushOptLoop =>
        [0x66, 0x0F, 0xAE, 0x3F, 0x48, 0x83, 0xC7, 0x40, 0x48, 0x39, 0xF7, 0x72, 0xF3, 0xC3];

    private static ReadOnlySpan<byte> ClflushLoop =>
        [0x0F, 0xAE, 0x3F, 0x48, 0x83, 0xC7, 0x40, 0x48, 0x39, 0xF7, 0x72, 0xF4, 0xC3];

    private static readonly string? s_refusal;

    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, nint, void> s_loop =
        Build(CpuFeatures.BestFlushInstruction, out s_refusal);

    /// <summary>Gets the instruction in use; None when no executable page could be made.</summary>
    internal static FlushInstruction Instruction =>
        s_loop is null ? FlushInstruction.None : CpuFeatures.BestFlushInstruction;

    /// <summary>Gets why <see cref="Instruction"/> is None, otherwise null.</summary>
    internal static string? UnavailableBecause => s_refusal;

    /// <summary>Requests write-back of every line that the range touches; ordered by the next <see cref="Fence"/>.</summary>
    internal static void Flush(byte* start, nint lengthBytes)
    {
        // SAFETY: the caller has checked that the range lies in a live map; rounding the start down
        // to its line stays on the same page. The loop reads and writes no data, only cache state.
        if (s_loop is null)
        {
            throw new InvalidOperationException(
                $"Cache lines cannot be flushed in this process: {s_refusal}. Use msync.");
        }

        nint line = (nint)start & -LineBytes;
        nint end = (nint)start + lengthBytes;
        while (end - line > ChunkBytes)
        {
            s_loop(line, line + ChunkBytes);
            line += ChunkBytes;
        }

        if (line < end)
        {
            s_loop(line, end);
        }
    }

    /// <summary>Waits until requested write-backs and streaming stores are accepted by the power-fail domain.</summary>
    internal static void Fence() => Sse.StoreFence();

    internal static delegate* unmanaged[SuppressGCTransition]<nint, nint, void> Build(
        FlushInstruction instruction, out string? refusal)
    {
        refusal = null;
        if (instruction == FlushInstruction.None)
        {
            refusal = "this CPU has no reachable cache-line write-back instruction";
            return null;
        }

        ReadOnlySpan<byte> code = instruction switch
        {
            FlushInstruction.Clwb => ClwbLoop,
            FlushInstruction.ClflushOpt => ClflushOptLoop,
            _ => ClflushLoop,
        };

        nint page = Interop.Mmap(
            0,
            CodePageBytes,
            Interop.ProtectionRead | Interop.ProtectionWrite,
            Interop.MapPrivate | Interop.MapAnonymous,
            -1,
            0);
        if (page == -1)
        {
            refusal = Refused("mmap of one anonymous page");
            return null;
        }

        // SAFETY: the page is ours, writable and larger than the code; it lives as long as the process.
        code.CopyTo(new Span<byte>((void*)page, (int)CodePageBytes));
        if (Interop.Mprotect(page, CodePageBytes, Interop.ProtectionRead | Interop.ProtectionExecute) != 0)
        {
            refusal = Refused("mprotect to read+execute");
            _ = Interop.Munmap(page, CodePageBytes);
            return null;
        }

        return (delegate* unmanaged[SuppressGCTransition]<nint, nint, void>)page;
    }

    private static string Refused(string step) =>
        $"{step} was refused ({Errno.Name(Marshal.GetLastPInvokeError())})";
}
