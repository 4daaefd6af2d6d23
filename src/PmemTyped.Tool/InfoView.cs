using System.Globalization;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool;

/// <summary>The facts of a pool, for people.</summary>
internal static class InfoView
{
    /// <summary>Writes the facts.</summary>
    internal static void Write(ToolConsole console, InfoDocument pool) => FactsView.Write(
        console,
        [
            new FactsSection("Pool", PoolFacts(pool)),
            new FactsSection("Header", HeaderFacts(pool)),
            new FactsSection("Application area", ApplicationFacts(pool.ApplicationArea)),
            .. pool.Arenas.SelectMany(arena => ArenaSections(arena, pool.IsLaidOut)),
        ]);

    private static IEnumerable<FactsSection> ArenaSections(ArenaDocument arena, bool isLaidOut)
    {
        string title = Invariant($"Arena {arena.Index}{(isLaidOut ? string.Empty : ", planned")}");
        yield return new FactsSection(title, ArenaFacts(arena));
        if (arena.BlockMap is { } map)
        {
            yield return new FactsSection(Invariant($"Blocks of arena {arena.Index}"), MapFacts(map));
        }
    }

    // Each row begins with the number of its first block, counted in the arena.
    private static IEnumerable<(string Name, string Value)> MapFacts(BlockMapDocument map) =>
    [
        ("Never written", Invariant($"{map.Initial}")),
        ("Set to zero", Invariant($"{map.Zero}")),
        ("Bad", Invariant($"{map.Error}")),
        ("Written", Invariant($"{map.Normal}")),
        ("One character", Invariant($"{map.BlocksPerCharacter} blocks: . never written, o zero, # written, + partly, x bad")),
        .. map.Rows.Select((row, index) =>
            (Invariant($"{index * BlockMap.CellsPerRow * map.BlocksPerCharacter}"), row)),
    ];

    private static IEnumerable<(string Name, string Value)> PoolFacts(InfoDocument pool) =>
    [
        ("Path", pool.Path),
        ("Size", Size(pool.PoolBytes)),
        ("Block size", Invariant($"{pool.BlockSize} bytes")),
        ("Blocks", Invariant($"{pool.BlockCount}")),
        ("Layout", pool.IsLaidOut ? "written" : "not written yet; the first write does it"),
        ("Zeroed when made", YesNo(pool.IsZeroed)),
        ("Dirty", pool.IsDirty ? "yes, not closed cleanly" : "no"),
    ];

    private static IEnumerable<(string Name, string Value)> HeaderFacts(InfoDocument pool) =>
    [
        ("Created", pool.Created.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        ("Pool set UUID", pool.PoolSetUuid.ToString()),
        ("Part UUID", pool.PartUuid.ToString()),
        ("Compat", Features(pool.CompatFeatures)),
        ("Incompat", Features(pool.IncompatFeatures)),
        ("Read-only compat", Features(pool.ReadOnlyCompatFeatures)),
    ];

    private static IEnumerable<(string Name, string Value)> ApplicationFacts(ApplicationAreaDocument area)
    {
        yield return ("Size", Invariant($"{area.SizeBytes} bytes"));
        yield return ("Content", area.IsEmpty ? "empty" : Invariant($"{area.UsedBytes} bytes"));
        if (area.RecordLayout is { } layout)
        {
            yield return ("Record layout", layout);
        }

        foreach (string older in area.OlderLayouts)
        {
            yield return ("Perhaps records of", older);
        }

        if (area.Problem is { } problem)
        {
            yield return ("No record layout", problem);
            yield return ("First bytes", area.FirstBytes ?? string.Empty);
        }
    }

    private static IEnumerable<(string Name, string Value)> ArenaFacts(ArenaDocument arena) =>
    [
        ("Blocks", Invariant($"{arena.BlockCount}")),
        ("Internal blocks", Invariant($"{arena.InternalBlockCount} of {arena.InternalBlockSize} bytes")),
        ("Free blocks", Invariant($"{arena.FreeBlockCount}")),
        ("Info block at", Offset(arena.Offset)),
        ("Data at", Offset(arena.DataOffset)),
        ("Map at", Offset(arena.MapOffset)),
        ("Flog at", Offset(arena.FlogOffset)),
        ("Info copy at", Offset(arena.InfoCopyOffset)),
    ];

    private static string Size(long bytes) => Invariant($"{bytes} bytes ({ByteSize.Rounded(bytes)})");

    private static string Offset(long offset) => Invariant($"0x{offset:X}");

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Features(FeatureWordDocument word) => word.Value == 0
        ? "none"
        : Invariant($"0x{word.Value:X} [{string.Join(", ", word.Names)}]");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
