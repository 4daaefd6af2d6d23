namespace PmemTyped.Fuzz;

/// <summary>
/// The process that is killed: migrates a pool of installed files to a version and says how far it is. It goes on while the
/// other one reads that, but never further than a piece ahead, so that a kill always comes in the middle.
/// </summary>
internal static class InstalledMigrator
{
    internal const string Second = "2";
    internal const string Third = "3";

    internal static int Run(string path, string version) => version == Second
        ? Migrate<InstalledV2>(path)
        : Migrate<InstalledV3>(path);

    private static int Migrate<T>(string path)
        where T : unmanaged, IBlockRecord<T>
    {
        using BlockPool<T> pool = BlockPool<T>.Open(path, upgrade: LayoutUpgrade.OnRead);
        MigrationResult result = pool.MigrateAllAsync(new Teller()).GetAwaiter().GetResult();

        // The answer to the last report, which must not come to a closed pipe.
        Console.In.ReadLine();
        return result.IsComplete ? 0 : 1;
    }

    private sealed class Teller : IProgress<MigrationProgress>
    {
        private bool _isAhead;

        public void Report(MigrationProgress value)
        {
            Console.Out.WriteLine(value.Examined);
            Console.Out.Flush();
            if (_isAhead)
            {
                Console.In.ReadLine();
            }

            _isAhead = true;
        }
    }
}
