namespace PmemTyped.Architecture.Tests;

/// <summary>Unsafe code has one room: PmemTyped.Native. Read from the assemblies, so that no spelling hides a use.</summary>
public sealed class NativeRoomTests
{
    private static readonly string[] s_rawMemory =
    [
        "System.Runtime.CompilerServices.Unsafe",
        "System.Runtime.InteropServices.MemoryMarshal",
        "System.Runtime.InteropServices.Marshal",
        "System.Runtime.InteropServices.NativeMemory",
    ];

    private static IEnumerable<BuiltAssembly> Others => BuiltAssembly.All.Where(a => a.Project.Name != Layers.Native);

    [Fact]
    public void Only_Native_is_compiled_with_unsafe_code() => Golden.SameLines(
        "Assemblies that the runtime cannot verify",
        [Layers.Native],
        BuiltAssembly.All.Where(a => a.IsUnverifiable).Select(a => a.Project.Name));

    [Fact]
    public void Only_the_project_of_Native_allows_unsafe_blocks() => Golden.SameLines(
        "Projects that allow unsafe blocks",
        [Layers.Native],
        SourceProject.All
            .Where(p => p.Property("AllowUnsafeBlocks")?.Equals("true", StringComparison.OrdinalIgnoreCase) == true)
            .Select(p => p.Name));

    [Fact]
    public void Only_Native_calls_the_operating_system()
    {
        Golden.None("Native calls", Others.SelectMany(a => a.PlatformMethods));
        Assert.NotEmpty(BuiltAssembly.All.Single(a => a.Project.Name == Layers.Native).PlatformMethods);
    }

    [Fact]
    public void Only_Native_uses_hardware_intrinsics() => Golden.None(
        "Intrinsics",
        Others.SelectMany(a => a.ForeignTypes
            .Where(t => t.StartsWith("System.Runtime.Intrinsics.", StringComparison.Ordinal))
            .Select(t => $"{a.Project.Name}: {t}")));

    // Code that the compiler writes for collection expressions sits in types whose name begins with '<'.
    [Fact]
    public void Only_the_cursors_use_raw_memory() => Golden.SameLines(
        $"Types outside Native that use raw memory, against {NamedList.Document}",
        NamedList.Of("raw memory"),
        Others.SelectMany(a => a.Uses)
            .Where(u => s_rawMemory.Contains(u.Type) && !u.User.StartsWith('<'))
            .Select(u => u.User)
            .Distinct());

    [Fact]
    public void Every_type_that_may_use_raw_memory_is_a_cursor()
    {
        string cursors = string.Concat(
            Repository.Files("*.cs", "src/PmemTyped.Mapping/Cursors").Select(Repository.Read));

        Golden.None(
            "Not declared in src/PmemTyped.Mapping/Cursors",
            NamedList.Of("raw memory").Where(name =>
                !cursors.Contains($"ref struct {name["PmemTyped.".Length..]}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Raw_memory_is_banned_by_the_build_outside_Native()
    {
        string banned = Repository.Read("src/BannedSymbols.txt");

        Golden.None(
            "Missing in src/BannedSymbols.txt",
            s_rawMemory.Where(type => !banned.Contains($"T:{type};", StringComparison.Ordinal)));
    }
}
