using System.Diagnostics;

namespace PmemTyped.Fuzz;

/// <summary>This assembly as a process of its own, which is told what to do and says what it did, a line each.</summary>
internal static class Child
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>Starts one of the verbs, where <paramref name="networkNamespace"/> is not null, with that network.</summary>
    internal static Process Start(IEnumerable<string> arguments, string? networkNamespace = null)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] command = [host, typeof(Child).Assembly.Location, .. arguments];

        // The program ip becomes the command, so that killing it kills the command.
        string[] all = networkNamespace is null ? command : ["ip", "netns", "exec", networkNamespace, .. command];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Only to start faster.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    internal static void Tell(Process process, string command)
    {
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
    }

    internal static void Expect(Process process, string word)
    {
        string? said = process.StandardOutput.ReadLineAsync().WaitAsync(s_patience).GetAwaiter().GetResult();
        Assert.Equal(word, said);
    }
}
