namespace PmemTyped.Replication.Etcd.Tests;

/// <summary>What the test assembly does when it is started as a program: write as a primary until it is killed.</summary>
internal static class Program
{
    internal const string WriteVerb = "write-until-killed";

    internal static int Main(string[] arguments)
    {
        if (arguments is not [WriteVerb, string directory, .. string[] endpoints])
        {
            Console.Error.WriteLine("This is a test assembly; run it with 'dotnet test'.");
            return 2;
        }

        return PrimaryProcess.Write(directory, [.. endpoints.Select(e => new Uri(e))]);
    }
}
