using PmemTyped.Mapping;

namespace PmemTyped.Tool;

/// <summary>
/// Everything that a verb may use of the process around it, so that a test can run a verb without a process. Text and
/// bytes are separate: a block is never sent through a text encoding.
/// </summary>
internal sealed class ToolConsole
{
    /// <summary>Gets where answers go.</summary>
    internal required TextWriter Output { get; init; }

    /// <summary>Gets where errors and notes go.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>Gets the way to standard input as bytes; called once, by the verb that reads it.</summary>
    internal required Func<Stream> OpenInput { get; init; }

    /// <summary>Gets the way to standard output as bytes; a verb that uses it writes no text there.</summary>
    internal required Func<Stream> OpenOutput { get; init; }

    /// <summary>Gets the way to hold back Ctrl-C while something must not be left half done.</summary>
    internal required Func<InterruptHold> HoldInterrupts { get; init; }

    /// <summary>Gets a value indicating whether a person looks at the output; otherwise it is plain text for programs.</summary>
    internal required bool IsTerminal { get; init; }

    /// <summary>Gets the switches and the device tree that maps depend on.</summary>
    internal PmemPlatform Platform { get; init; } = PmemPlatform.Current;

    /// <summary>Gets a value indicating whether a person looks at the errors, where progress is shown.</summary>
    internal required bool ShowsProgress { get; init; }

    /// <summary>The console of this process.</summary>
    internal static ToolConsole OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        HoldInterrupts = InterruptHold.OfProcess,
        IsTerminal = !Console.IsOutputRedirected,
        ShowsProgress = !Console.IsErrorRedirected,
    };

    /// <summary>Says in one line why something was not done.</summary>
    /// <returns>The exit code given, to be returned.</returns>
    internal int Fail(int exitCode, string message)
    {
        Error.WriteLine($"pmt: {OneLine(message)}");
        return exitCode;
    }

    /// <summary>Says something that the reader of the output would not see there.</summary>
    internal void Note(string message) => Error.WriteLine($"pmt: note: {OneLine(message)}");

    // Paths may hold line breaks, and messages of the runtime do.
    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
