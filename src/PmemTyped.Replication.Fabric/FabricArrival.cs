namespace PmemTyped.Replication.Fabric;

/// <summary>Payload that lies in a slot.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Offset">Where the payload that is left begins in it.</param>
/// <param name="LengthBytes">How much is left.</param>
internal readonly record struct FabricArrival(int Slot, int Offset, int LengthBytes);
