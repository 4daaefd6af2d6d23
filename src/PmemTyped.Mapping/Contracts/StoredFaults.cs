using System.Globalization;

namespace PmemTyped;

/// <summary>What is thrown where bytes on media form no value of a mapped property.</summary>
internal static class StoredFaults
{
    internal static InvalidDataException NoValueOf(string type, string what, params ReadOnlySpan<long> found) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"The bytes on media are no {type}: {what} {string.Join(" and ", found.ToArray())}. Something else wrote them; overwrite or restore them."));
}
