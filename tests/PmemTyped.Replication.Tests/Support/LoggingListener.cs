using System.Globalization;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>Notes flushes and drains of a map, in words.</summary>
internal sealed class LoggingListener(List<string> log) : IPersistListener
{
    public void Flushed(long offset, long lengthBytes) =>
        log.Add(string.Create(CultureInfo.InvariantCulture, $"flushed {offset}+{lengthBytes}"));

    public void Drained() => log.Add("drained");
}
