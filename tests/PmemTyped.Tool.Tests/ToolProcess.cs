using System.Diagnostics;

namespace PmemTyped.Tool.Tests;

/// <summary>Starts the real program, and others beside it, with real pipes.</summary>
internal static class ToolProcess
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    internal static string ToolPath { get; } = Path.Combine(AppContext.BaseDirectory, "pmt.dll");

    internal static string Dotnet { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    // Who starts the tests may have signals ignored, as a script does for what it starts in the background; children inherit that.
    internal static IEnumerable<string> HeedingSignals { get; } = ["--default-signal=INT,TERM,HUP", Dotnet, ToolPath];

    internal static Process StartTool(params string[] arguments) => Start("env", [.. HeedingSignals, .. arguments]);

    internal static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    internal static async Task<ToolRun> RunTool(ReadOnlyMemory<byte> input, params string[] arguments)
    {
        using Process process = StartTool(arguments);
        return await Complete(process, input);
    }

    internal static async Task<ToolRun> Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        return await Complete(process, ReadOnlyMemory<byte>.Empty);
    }

    internal static async Task<ToolRun> Complete(Process process, ReadOnlyMemory<byte> input)
    {
        var bytes = new MemoryStream();
        Task output = process.StandardOutput.BaseStream.CopyToAsync(bytes);
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input, which is its right.
        }

        await Task.WhenAll(process.WaitForExitAsync(), output, error).WaitAsync(s_patience);
        byte[] all = bytes.ToArray();
        return new ToolRun(process.ExitCode, System.Text.Encoding.UTF8.GetString(all), await error, all);
    }
}
