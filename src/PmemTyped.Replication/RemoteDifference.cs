namespace PmemTyped.Replication;

/// <summary>A range in which the remote pool differs from the local one.</summary>
/// <param name="Offset">First byte, a multiple of the compared pieces.</param>
/// <param name="LengthBytes">Number of bytes, in whole compared pieces.</param>
public readonly record struct RemoteDifference(long Offset, long LengthBytes)
{
    /// <summary>Appends a range, joined with the one before where they touch.</summary>
    internal static void Append(List<RemoteDifference> found, long offset, long lengthBytes)
    {
        if (found.Count > 0 && found[^1].Offset + found[^1].LengthBytes == offset)
        {
            found[^1] = found[^1] with { LengthBytes = found[^1].LengthBytes + lengthBytes };
        }
        else
        {
            found.Add(new RemoteDifference(offset, lengthBytes));
        }
    }
}
