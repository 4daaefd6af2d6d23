namespace PmemTyped.Native.Fabric;

/// <summary>What became of a slot that was posted.</summary>
/// <param name="Slot">Its number; -1 for an error that names none.</param>
/// <param name="LengthBytes">Bytes that were received; of no meaning for one that was sent.</param>
/// <param name="Error">Error number, 0 for success.</param>
public readonly record struct FabricCompletion(int Slot, int LengthBytes, int Error);
