namespace PmemTyped.Native.Fabric;

/// <summary>Calls into the tables of operations of libfabric's objects. Whoever calls keeps the object alive.</summary>
internal static unsafe class FabricObject
{
    /// <summary>
    /// The operation in a slot of a table; null where the table is shorter or the slot empty, as with providers that cannot do it.
    /// </summary>
    internal static void* Operation(byte* item, int tableOffset, int slotOffset)
    {
        // SAFETY: the offsets are those of the headers; a table begins with its size, so that nothing is read beyond it.
        byte* table = *(byte**)(item + tableOffset);
        return table is null || *(nuint*)table <= (nuint)slotOffset ? null : *(void**)(table + slotOffset);
    }

    internal static int Close(byte* item)
    {
        // SAFETY: every object has this operation.
        return item is null
            ? 0
            : ((delegate* unmanaged<byte*, int>)Operation(item, FabricLayout.ObjectOperations, FabricLayout.OperationClose))(item);
    }

    internal static int Bind(byte* item, byte* other, long flags)
    {
        var bind = (delegate* unmanaged<byte*, byte*, long, int>)Operation(
            item, FabricLayout.ObjectOperations, FabricLayout.OperationBind);
        return bind is null ? -FabricLayout.ErrorNotSupported : bind(item, other, flags);
    }

    internal static int Enable(byte* item)
    {
        var control = (delegate* unmanaged<byte*, int, void*, int>)Operation(
            item, FabricLayout.ObjectOperations, FabricLayout.OperationControl);
        return control is null ? -FabricLayout.ErrorNotSupported : control(item, FabricLayout.CommandEnable, null);
    }

    /// <summary>fi_eq_open with a wait object of the provider's choice.</summary>
    internal static int OpenEvents(byte* fabric, byte** events)
    {
        byte* attributes = stackalloc byte[FabricLayout.EventAttributesBytes];
        new Span<byte>(attributes, FabricLayout.EventAttributesBytes).Clear();
        *(int*)(attributes + FabricLayout.EventAttributesWait) = FabricLayout.WaitUnspecified;
        var open = (delegate* unmanaged<byte*, byte*, byte**, void*, int>)Operation(
            fabric, FabricLayout.FabricOperations, FabricLayout.FabricOpenEvents);
        return open is null ? -FabricLayout.ErrorNotSupported : open(fabric, attributes, events, null);
    }

    /// <summary>
    /// fi_eq_sread: waits for an event. An error event is read too, and its number returned, negative; the length is that of the
    /// event with its data.
    /// </summary>
    internal static nint WaitEvent(byte* events, out int kind, byte* buffer, nint capacityBytes, int timeoutMs)
    {
        int found = 0;
        var wait = (delegate* unmanaged<byte*, int*, byte*, nint, int, long, nint>)Operation(
            events, FabricLayout.EventOperations, FabricLayout.EventWait);
        nint length = wait is null ? -FabricLayout.ErrorNotSupported : wait(events, &found, buffer, capacityBytes, timeoutMs, 0);
        kind = found;
        if (length != -FabricLayout.ErrorAvailable)
        {
            return length;
        }

        byte* failed = stackalloc byte[FabricLayout.EventErrorBytes];
        new Span<byte>(failed, FabricLayout.EventErrorBytes).Clear();
        var readError = (delegate* unmanaged<byte*, byte*, long, nint>)Operation(
            events, FabricLayout.EventOperations, FabricLayout.EventReadError);
        nint read = readError is null ? -FabricLayout.ErrorNotSupported : readError(events, failed, 0);
        return read < 0 ? read : -Math.Max(1, *(int*)(failed + FabricLayout.EventErrorNumber));
    }
}
