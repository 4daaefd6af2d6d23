using System.Diagnostics;
using System.Globalization;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// The package database of this machine as records: stored, migrated over three versions by processes that are killed again
/// and again, read back exactly.
/// </summary>
public sealed class InstalledFileTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int KillsPerVersion = 5;
    private const int Looks = 2000;

    [InstalledFileFact]
    public void Every_installed_file_survives_three_versions_and_ten_kills()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("files.pool");
        IReadOnlyList<InstalledFile> files = InstalledFile.ReadAll();
        var clock = Stopwatch.StartNew();
        Store(path, files);
        var random = new Random(Seed);

        int inTheMiddle = Migrate<InstalledV2>(path, InstalledMigrator.Second, files, random)
            + Migrate<InstalledV3>(path, InstalledMigrator.Third, files, random);

        using BlockPool<InstalledV3> pool = BlockPool<InstalledV3>.Open(path);
        Assert.Equal(files.Count, pool.CountPresent());
        for (int i = 0; i < files.Count; i++)
        {
            AssertFile(files[i], pool[i], i);
        }

        Assert.Empty(pool.Blocks.Check().Findings);
        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}: {files.Count} files, {inTheMiddle} kills in the middle of a migration, {clock.Elapsed.TotalSeconds:F0} s"));
        Assert.Equal(2 * KillsPerVersion, inTheMiddle);
    }

    private static void Store(string path, IReadOnlyList<InstalledFile> files)
    {
        const int Group = 1024;
        using BlockPool<InstalledV1> pool = BlockPool<InstalledV1>.Create(path, files.Count);
        for (int first = 0; first < files.Count; first += Group)
        {
            int count = Math.Min(Group, files.Count - first);
            pool.WriteMany(
                [.. Enumerable.Range(first, count).Select(i => (long)i)],
                [.. files.Skip(first).Take(count).Select(InstalledV1.Of)]);
        }
    }

    // Returns how many kills left both versions in the pool.
    private static int Migrate<T>(string path, string version, IReadOnlyList<InstalledFile> files, Random random)
        where T : unmanaged, IBlockRecord<T>, IInstalledRecord
    {
        int inTheMiddle = 0;
        for (int kill = 1; kill <= KillsPerVersion; kill++)
        {
            // Each process comes further than the one before.
            long until = files.Count * (long)((kill * 100) + random.Next(80)) / ((KillsPerVersion + 1) * 100);
            using Process migrator = Start(path, version);
            Follow(migrator, until);
            migrator.Kill();
            migrator.WaitForExit();
            inTheMiddle += Look<T>(path, files, random) ? 1 : 0;
        }

        using Process last = Start(path, version);
        Follow(last, long.MaxValue);
        last.WaitForExit();
        Assert.Equal(0, last.ExitCode);
        return inTheMiddle;
    }

    private static void Follow(Process migrator, long until)
    {
        while (migrator.StandardOutput.ReadLine() is { } told && long.Parse(told, CultureInfo.InvariantCulture) < until)
        {
            migrator.StandardInput.WriteLine();
            migrator.StandardInput.Flush();
        }
    }

    // Some records after a kill, old and new ones alike.
    private static bool Look<T>(string path, IReadOnlyList<InstalledFile> files, Random random)
        where T : unmanaged, IBlockRecord<T>, IInstalledRecord
    {
        bool hasNew = false;
        bool hasOld = false;
        using BlockPool<T> pool = BlockPool<T>.OpenReadOnly(path, LayoutUpgrade.OnRead);
        byte[] block = new byte[pool.Blocks.BlockSize];
        for (int look = 0; look < Looks; look++)
        {
            int index = random.Next(files.Count);
            AssertFile(files[index], pool[index], index);
            pool.Blocks.Read(index, block);
            bool isNew = T.TryRead(block, out _) == BlockRecordStatus.Ok;
            hasNew |= isNew;
            hasOld |= !isNew;
        }

        return hasNew && hasOld;
    }

    private static void AssertFile<T>(InstalledFile expected, in T found, int index)
        where T : unmanaged, IInstalledRecord
    {
        bool isSame = found.ToFile() == expected && found.IsRight();
        Assert.True(isSame, FormattableString.Invariant($"seed {Seed}, record {index}: {found.ToFile()}, not {expected}"));
    }

    private static Process Start(string path, string version)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string assembly = typeof(InstalledFileTests).Assembly.Location;
        var start = new ProcessStartInfo(host, [assembly, Program.MigrateVerb, path, version])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}

/// <summary>A fact that needs a package database with enough files, skipped aloud elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InstalledFileFactAttribute : FactAttribute
{
    private const int Least = 100_000;

    public InstalledFileFactAttribute()
    {
        int count = InstalledFile.Count();
        Skip = count >= Least
            ? null
            : FormattableString.Invariant($"The package database of this machine lists {count} files; the test needs {Least}.");
    }
}
