using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Fabric;

// What runs all the time: slots are posted, and completions waited for. Every slot has a context, whose address the library gives
// back; some providers keep notes in it.
public sealed unsafe partial class FabricEndpoint
{
    // As many as one wait fetches.
    private const int FetchedAtOnce = 8;

    /// <summary>Puts bytes into a slot that is not posted.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the slot.</exception>
    public void Write(int slot, int offset, ReadOnlySpan<byte> bytes)
    {
        using var use = new FabricUse(this);
        _slots.Check(slot, offset, bytes.Length);

        // SAFETY: the bounds were checked; the memory stays until the handle is released.
        bytes.CopyTo(new Span<byte>(Slot(slot) + offset, bytes.Length));
    }

    /// <summary>Takes bytes out of a slot that was received.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="bytes">Receives as many bytes as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the slot.</exception>
    public void Read(int slot, int offset, Span<byte> bytes)
    {
        using var use = new FabricUse(this);
        _slots.Check(slot, offset, bytes.Length);

        // SAFETY: the bounds were checked; the memory stays until the handle is released.
        new ReadOnlySpan<byte>(Slot(slot) + offset, bytes.Length).CopyTo(bytes);
    }

    /// <summary>Gives a slot to receive one message into (fi_recv).</summary>
    /// <param name="slot">A slot to receive into.</param>
    /// <returns>0, EAGAIN when it is to be tried again after a completion, or why not.</returns>
    public int PostReceive(int slot)
    {
        using var use = new FabricUse(this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)_slots.ReceiveCount, nameof(slot));
        var receive = (delegate* unmanaged<byte*, byte*, nint, void*, long, byte*, nint>)FabricObject.Operation(
            _endpoint, FabricLayout.EndpointMessageOperations, FabricLayout.MessageReceive);

        // SAFETY: slot and context are the library's until the completion.
        return receive is null
            ? FabricLayout.ErrorNotSupported
            : (int)-receive(_endpoint, Slot(slot), _slots.SlotBytes, Descriptor, 0, Context(slot));
    }

    /// <summary>Sends the beginning of a slot as one message (fi_send).</summary>
    /// <param name="slot">A slot to send from.</param>
    /// <param name="lengthBytes">How much of it.</param>
    /// <returns>0, EAGAIN when it is to be tried again after a completion, or why not.</returns>
    public int PostSend(int slot, int lengthBytes)
    {
        using var use = new FabricUse(this);
        _slots.Check(slot, 0, lengthBytes);
        var send = (delegate* unmanaged<byte*, byte*, nint, void*, long, byte*, nint>)FabricObject.Operation(
            _endpoint, FabricLayout.EndpointMessageOperations, FabricLayout.MessageSend);

        // SAFETY: slot and context are the library's until the completion.
        return send is null
            ? FabricLayout.ErrorNotSupported
            : (int)-send(_endpoint, Slot(slot), lengthBytes, Descriptor, 0, Context(slot));
    }

    /// <summary>Waits until something posted is done (fi_cq_sread).</summary>
    /// <param name="done">Receives what is done.</param>
    /// <param name="waitMs">How long, in milliseconds; 0 to look only.</param>
    /// <param name="count">How many there are; 0 when none was in time.</param>
    public int Wait(Span<FabricCompletion> done, int waitMs, out int count)
    {
        using var use = new FabricUse(this);
        byte* entries = stackalloc byte[FetchedAtOnce * FabricLayout.CompletionBytes];
        nint asked = Math.Min(FetchedAtOnce, done.Length);
        var wait = (delegate* unmanaged<byte*, byte*, nint, void*, int, nint>)FabricObject.Operation(
            _queue, FabricLayout.QueueOperations, FabricLayout.QueueWait);

        // SAFETY: the reference keeps the queue open; there is room for as many entries as are asked for.
        nint read = wait is null ? -FabricLayout.ErrorNotSupported : wait(_queue, entries, asked, null, waitMs);
        count = (int)Math.Max(read, 0);
        for (int i = 0; i < count; i++)
        {
            byte* entry = entries + (i * FabricLayout.CompletionBytes);
            done[i] = new FabricCompletion(
                SlotOf(*(byte**)(entry + FabricLayout.CompletionContext)), (int)*(nint*)(entry + FabricLayout.CompletionLength), Errno.None);
        }

        if (read == -FabricLayout.ErrorAvailable)
        {
            done[0] = Failed();
            count = 1;
            return Errno.None;
        }

        return read is < 0 and not -Errno.Again and not -Errno.Interrupted ? (int)-read : Errno.None;
    }

    private FabricCompletion Failed()
    {
        byte* failed = stackalloc byte[FabricLayout.QueueErrorBytes];
        new Span<byte>(failed, FabricLayout.QueueErrorBytes).Clear();
        var readError = (delegate* unmanaged<byte*, byte*, long, nint>)FabricObject.Operation(
            _queue, FabricLayout.QueueOperations, FabricLayout.QueueReadError);

        // SAFETY: the buffer has the length of the structure.
        nint read = readError is null ? -FabricLayout.ErrorNotSupported : readError(_queue, failed, 0);
        return read < 0
            ? new FabricCompletion(-1, 0, (int)-read)
            : new FabricCompletion(
                SlotOf(*(byte**)(failed + FabricLayout.CompletionContext)), 0, Math.Max(1, *(int*)(failed + FabricLayout.QueueErrorNumber)));
    }

    private byte* Slot(int slot) => _memory + ((long)slot * _slots.SlotBytes);

    private byte* Context(int slot) => _memory + _slots.ContextsOffset + ((long)slot * FabricLayout.ContextBytes);

    private int SlotOf(byte* context)
    {
        long offset = context - _memory - _slots.ContextsOffset;
        return offset >= 0 && offset < (long)_slots.Count * FabricLayout.ContextBytes ? (int)(offset / FabricLayout.ContextBytes) : -1;
    }
}
