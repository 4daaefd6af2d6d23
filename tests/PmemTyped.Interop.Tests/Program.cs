namespace PmemTyped.Interop.Tests;

/// <summary>What the test assembly does when it is started as a program: write until it is killed.</summary>
internal static class Program
{
    internal static int Main(string[] arguments)
    {
        if (arguments is not ["hammer", string path, string seed])
        {
            Console.Error.WriteLine("This is a test assembly; run it with 'dotnet test'.");
            return 2;
        }

        BlockHammer.RunUntilKilled(path, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    }
}
