using System.IO.MemoryMappedFiles;

namespace PmemTyped.Fuzz;

/// <summary>
/// Memory that a writer shares with the test and that outlives it: for every block the number of the write that it began
/// last and of the one that returned last.
/// </summary>
internal sealed class KillLedger : IDisposable
{
    internal const int Blocks = 64;
    private const int EntryBytes = 16;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    internal KillLedger(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Blocks * EntryBytes);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Writes that returned, of all blocks.</summary>
    internal long AcknowledgedTotal => Enumerable.Range(0, Blocks).Sum(Acknowledged);

    internal long Begun(int block) => _view.ReadInt64(block * EntryBytes);

    internal long Acknowledged(int block) => _view.ReadInt64((block * EntryBytes) + sizeof(long));

    internal void Begin(int block, long write) => _view.Write(block * EntryBytes, write);

    internal void Acknowledge(int block, long write) => _view.Write((block * EntryBytes) + sizeof(long), write);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
