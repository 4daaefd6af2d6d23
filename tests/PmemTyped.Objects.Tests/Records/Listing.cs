namespace PmemTyped.Objects.Tests.Records;

/// <summary>Enumerations as lists, for assertions.</summary>
internal static class Listing
{
    internal static List<PresentRecord<T>> ToList<T, TState>(this MatchingRecords<T, TState> records)
        where T : unmanaged, IBlockRecord<T>
    {
        var list = new List<PresentRecord<T>>();
        foreach (PresentRecord<T> record in records)
        {
            list.Add(record);
        }

        return list;
    }
}
