namespace PmemTyped.Fuzz;

/// <summary>What the test assembly does when it is started as a program: write, serve, or migrate, until it is killed.</summary>
internal static class Program
{
    internal const string WriteVerb = "write-until-killed";
    internal const string GrowVerb = "grow-until-killed";
    internal const string ResumeVerb = "replicate-and-resume";
    internal const string MigrateVerb = "migrate-until-killed";
    internal const string ServeVerb = "serve-until-killed";
    internal const string ReplicateVerb = "replicate-until-killed";

    internal static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [WriteVerb or GrowVerb, string pool, string ledger]:
                KillWriter.Run(pool, ledger, grows: arguments[0] == GrowVerb);
                return 0;
            case [ServeVerb, string directory]:
                return ReplicaKillTarget.Run(directory);
            case [ReplicateVerb, string pool, string ledger, string place]:
                return ReplicaKillWriter.Run(pool, ledger, place, resumes: false);
            case [ServeVerb, string directory, string address]:
                return ReplicaKillTarget.Run(directory, address);
            case [ResumeVerb, string pool, string ledger, string place]:
                return ReplicaKillWriter.Run(pool, ledger, place, resumes: true);
            case [MigrateVerb, string pool, string version]:
                return InstalledMigrator.Run(pool, version);
            default:
                Console.Error.WriteLine("This is a test assembly; run it with 'dotnet test'.");
                return 2;
        }
    }
}
