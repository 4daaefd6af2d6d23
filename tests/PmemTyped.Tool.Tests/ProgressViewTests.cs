namespace PmemTyped.Tool.Tests;

public sealed class ProgressViewTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Work_that_takes_long_shows_how_far_it_is()
    {
        using var error = new SharedWriter();
        int result = ProgressView.Run(Console(error, showsProgress: true), "Counting [x]", progress =>
        {
            progress!.Report(0.5);
            return SpinWait.SpinUntil(() => error.Contains("Counting [x]") && error.Contains("50%"), s_patience) ? 7 : 0;
        });
        Assert.Equal(7, result);
    }

    [Fact]
    public void Quick_work_shows_nothing()
    {
        using var error = new SharedWriter();
        Assert.Equal(7, ProgressView.Run(Console(error, showsProgress: true), "Counting", _ => 7));
        Assert.Equal(string.Empty, error.ToString());
    }

    [Fact]
    public void Nothing_is_shown_where_nobody_looks() =>
        Assert.True(ProgressView.Run(Console(TextWriter.Null, showsProgress: false), "Counting", progress => progress is null));

    [Fact]
    public void What_the_work_throws_arrives_as_it_is()
    {
        using var error = new SharedWriter();
        Assert.Throws<FormatException>(() => ProgressView.Run<int>(
            Console(error, showsProgress: true), "Counting", _ => throw new FormatException()));
    }

    private static ToolConsole Console(TextWriter error, bool showsProgress) => new()
    {
        Output = TextWriter.Null,
        Error = error,
        OpenInput = () => Stream.Null,
        OpenOutput = () => Stream.Null,
        HoldInterrupts = () => new InterruptHold(),
        IsTerminal = false,
        ShowsProgress = showsProgress,
    };

    // Written by the thread that draws, read by the one that works.
    private sealed class SharedWriter : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(char value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        internal bool Contains(string text)
        {
            lock (_lock)
            {
                return ToString().Contains(text, StringComparison.Ordinal);
            }
        }
    }
}
