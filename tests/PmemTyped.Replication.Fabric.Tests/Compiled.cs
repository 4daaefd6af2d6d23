using System.Diagnostics;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>Programs in C that a test compiles.</summary>
internal static class Compiled
{
    internal static void Compile(string source, string program)
    {
        using Process gcc = Process.Start(new ProcessStartInfo("gcc", ["-O1", "-o", program, source, "-lfabric"]) { RedirectStandardError = true })!;
        string errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        Assert.True(gcc.ExitCode == 0, errors);
    }

    /// <summary>Starts it; its standard input stays open until it is disposed.</summary>
    internal static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
