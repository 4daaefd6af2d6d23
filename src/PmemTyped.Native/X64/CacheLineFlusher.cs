using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using PmemTyped.Native.Arm64;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.X64;

/// <summary>
/// Writes cache lines back. .NET has no intrinsic for it, so a loop of a few bytes of machine code
/// is written once into an anonymous page, which then becomes read+execute (Design 0002).
/// </summary>
internal sealed unsafe class CacheLineFlusher
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

    private readonly delegate* unmanaged[SuppressGCTransition]<nint, nint, void> _loop;

    /// <summary>Makes the loop of one instruction. Its page stays for as long as the process runs.</summary>
    internal CacheLineFlusher(FlushInstruction instruction)
    {
        _loop = Build(instruction, out string? refusal);
        Instruction = _loop is null ? FlushInstruction.None : instruction;
        UnavailableBecause = refusal;
        DrainIsFence = instruction != FlushInstruction.Clflush;
    }

    /// <summary>Gets the flusher of this process.</summary>
    internal static CacheLineFlusher Current { get; } = new(CpuFeatures.BestFlush(PersistSwitches.Current));

    /// <summary>Gets the instruction in use; None when no executable page could be made.</summary>
    internal FlushInstruction Instruction { get; }

    /// <summary>Gets why <see cref="Instruction"/> is None, otherwise null.</summary>
    internal string? UnavailableBecause { get; }

    /// <summary>
    /// Gets a value indicating whether a drain is a fence. CLFLUSH is ordered by itself, so it needs none; then each
    /// streaming copy has to close with a fence of its own.
    /// </summary>
    internal bool DrainIsFence { get; }

    /// <summary>Requests write-back of every line that the range touches; ordered by the next <see cref="Drain"/>.</summary>
    internal void Flush(byte* start, nint lengthBytes)
    {
        // SAFETY: the caller has checked that the range lies in a live map; rounding the start down
        // to its line stays on the same page. The loop reads and writes no data, only cache state.
        if (_loop is null)
        {
            ThrowUnavailable();
        }

        nint line = (nint)start & -LineBytes;
        nint end = (nint)start + lengthBytes;
        while (end - line > ChunkBytes)
        {
            _loop(line, line + ChunkBytes);
            line += ChunkBytes;
        }

        if (line < end)
        {
            _loop(line, end);
        }
    }

    /// <summary>Waits until the write-backs that this thread requested are accepted by the power-fail domain.</summary>
    internal void Drain()
    {
        if (DrainIsFence)
        {
            Fence();
        }
    }

    /// <summary>Waits for write-backs and streaming stores alike.</summary>
    internal static void Fence()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
        else
        {
            Interlocked.MemoryBarrier();
        }
    }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, nint, void> Build(
        FlushInstruction instruction, out string? refusal)
    {
        refusal = null;
        if (instruction == FlushInstruction.None)
        {
            refusal = ArmFlush.RefusalHere ?? "this CPU has no reachable cache-line write-back instruction";
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

    [DoesNotReturn]
    private void ThrowUnavailable() => throw new InvalidOperationException(
        $"Cache lines cannot be flushed in this process: {UnavailableBecause}. Use msync.");

    private static string Refused(string step) =>
        $"{step} was refused ({Errno.Name(Marshal.GetLastPInvokeError())})";
}
