using System.Runtime.InteropServices;
using PmemTyped.Interop.Tests.Operations;

namespace PmemTyped.Interop.Tests.Reference;

/// <summary>A pool that libpmemblk has open.</summary>
internal sealed class ReferencePool : IBlocks
{
    private nint _handle;

    private ReferencePool(nint handle) => _handle = handle;

    public int BlockSize => (int)LibPmemBlk.BlockSize(_handle);

    public long BlockCount => (long)LibPmemBlk.BlockCount(_handle);

    /// <summary>pmemblk_create; pool size 0 takes an existing file.</summary>
    internal static ReferencePool Create(string path, long blockSize, long poolBytes)
    {
        nint handle = LibPmemBlk.Create(path, (nuint)blockSize, (nuint)poolBytes, 0x1A4); // rw-r--r--
        return handle == 0 ? throw LastError("pmemblk_create") : new ReferencePool(handle);
    }

    /// <summary>pmemblk_open; block size 0 takes any.</summary>
    internal static ReferencePool Open(string path, long blockSize = 0)
    {
        nint handle = LibPmemBlk.Open(path, (nuint)blockSize);
        return handle == 0 ? throw LastError("pmemblk_open") : new ReferencePool(handle);
    }

    public BlockOutcome Read(long block, Span<byte> destination) => Outcome("pmemblk_read", TryRead(block, destination));

    public BlockOutcome Write(long block, ReadOnlySpan<byte> source) => Outcome("pmemblk_write", TryWrite(block, source));

    public BlockOutcome SetZero(long block) => Outcome("pmemblk_set_zero", TrySetZero(block));

    public BlockOutcome SetError(long block) => Outcome("pmemblk_set_error", TrySetError(block));

    /// <summary>pmemblk_read; returns 0 or the errno.</summary>
    internal int TryRead(long block, Span<byte> destination)
    {
        // The function takes no length: a short destination would be overrun.
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, BlockSize);
        return ErrorNumber(LibPmemBlk.Read(_handle, destination, block));
    }

    /// <summary>pmemblk_write; returns 0 or the errno.</summary>
    internal int TryWrite(long block, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, BlockSize);
        return ErrorNumber(LibPmemBlk.Write(_handle, source, block));
    }

    /// <summary>pmemblk_set_zero; returns 0 or the errno.</summary>
    internal int TrySetZero(long block) => ErrorNumber(LibPmemBlk.SetZero(_handle, block));

    /// <summary>pmemblk_set_error; returns 0 or the errno.</summary>
    internal int TrySetError(long block) => ErrorNumber(LibPmemBlk.SetError(_handle, block));

    public void Dispose()
    {
        if (_handle != 0)
        {
            LibPmemBlk.Close(_handle);
            _handle = 0;
        }
    }

    private static int ErrorNumber(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static BlockOutcome Outcome(string call, int errorNumber) => errorNumber switch
    {
        0 => BlockOutcome.Done,
        ErrorNumbers.Invalid => BlockOutcome.OutOfRange,
        ErrorNumbers.InputOutput => BlockOutcome.Bad,
        _ => throw new ReferenceException(call, errorNumber, LastMessage()),
    };

    private static ReferenceException LastError(string call) =>
        new(call, Marshal.GetLastPInvokeError(), LastMessage());

    private static string? LastMessage() => Marshal.PtrToStringUTF8(LibPmemBlk.ErrorMessage());
}
