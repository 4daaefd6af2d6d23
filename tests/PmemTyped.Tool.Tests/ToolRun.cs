using PmemTyped.Mapping;

namespace PmemTyped.Tool.Tests;

/// <summary>One command run inside the test, and what it said.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error, byte[] Bytes)
{
    internal IReadOnlyList<string> OutputLines => Output.TrimEnd('\n').Split('\n');

    internal static ToolRun Of(params string[] arguments) => Of(ReadOnlyMemory<byte>.Empty, arguments);

    internal static ToolRun Of(ReadOnlyMemory<byte> input, params string[] arguments) =>
        Of(() => new MemoryStream(input.ToArray()), new InterruptHold(), arguments);

    internal static ToolRun Of(PmemPlatform platform, params string[] arguments) =>
        Of(() => Stream.Null, new InterruptHold(), platform, arguments);

    internal static ToolRun Of(Func<Stream> openInput, InterruptHold interrupt, params string[] arguments) =>
        Of(openInput, interrupt, PmemPlatform.Current, arguments);

    private static ToolRun Of(
        Func<Stream> openInput, InterruptHold interrupt, PmemPlatform platform, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var bytes = new MemoryStream();
        int exitCode = PmtCommandLine.Run(arguments, new ToolConsole
        {
            Output = output,
            Error = error,
            OpenInput = openInput,
            OpenOutput = () => bytes,
            HoldInterrupts = () => interrupt,
            IsTerminal = false,
            Platform = platform,
            ShowsProgress = false,
        });
        return new ToolRun(exitCode, output.ToString(), error.ToString(), bytes.ToArray());
    }

    /// <summary>Requires that the command could not do it, and said so in one line.</summary>
    internal void AssertCouldNot(string because)
    {
        Assert.Equal(2, ExitCode);
        Assert.Empty(Output);
        Assert.StartsWith("pmt: ", Error, StringComparison.Ordinal);
        Assert.Contains(because, Error, StringComparison.Ordinal);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n', StringComparison.Ordinal));
    }
}
