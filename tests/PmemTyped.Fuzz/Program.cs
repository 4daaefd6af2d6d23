namespace PmemTyped.Fuzz;

/// <summary>What the test assembly does when it is started as a program: write until it is killed.</summary>
internal static class Program
{
    internal const string WriteVerb = "write-until-killed";

    internal static int Main(string[] arguments)
    {
        if (arguments is not [WriteVerb, string pool, string ledger])
        {
            Console.Error.WriteLine("This is a test assembly; run it with 'dotnet test'.");
            return 2;
        }

        KillWriter.Run(pool, ledger);
        return 0;
    }
}
