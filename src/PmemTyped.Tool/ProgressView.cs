using Spectre.Console;

namespace PmemTyped.Tool;

/// <summary>A progress bar on the terminal for what takes longer than a second; it is gone when the work is done.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Does the work, and shows how far it is if somebody looks.</summary>
    /// <param name="console">Where to show it: beside the errors, so that redirected answers stay clean.</param>
    /// <param name="title">What is done.</param>
    /// <param name="work">Reports 0 to 1 to its argument, which is null when nobody looks.</param>
    internal static T Run<T>(ToolConsole console, string title, Func<IProgress<double>?, T> work)
    {
        if (!console.ShowsProgress)
        {
            return work(null);
        }

        var part = new Part();
        Task<T> task = Task.Run(() => work(part));
        if (!Wait(task, s_patience))
        {
            Show(console, title, task, part);
        }

        return task.GetAwaiter().GetResult();
    }

    private static void Show(ToolConsole console, string title, Task task, Part part)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(console.Error),
        });
        terminal.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask bar = context.AddTask(Markup.Escape(title), maxValue: 1);
            while (!Wait(task, s_interval))
            {
                bar.Value = part.Value;
            }
        });
    }

    // Without throwing what the work throws.
    private static bool Wait(Task task, TimeSpan time) => Task.WaitAny([task], time) == 0;

    private sealed class Part : IProgress<double>
    {
        private double _value;

        internal double Value => Volatile.Read(ref _value);

        public void Report(double value) => Volatile.Write(ref _value, value);
    }
}
