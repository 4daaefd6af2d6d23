using System.Runtime.InteropServices;

namespace PmemTyped.Tool;

/// <summary>
/// Holds back the signals that would end the process until it is disposed, and remembers that one came. The holder
/// finishes or undoes what it does, then ends by itself.
/// </summary>
internal sealed class InterruptHold : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile bool _isRequested;

    /// <summary>Gets a value indicating whether a signal came.</summary>
    internal bool IsRequested => _isRequested;

    /// <summary>Holds back the signals to this process: Ctrl-C, a polite kill, a closed terminal.</summary>
    internal static InterruptHold OfProcess()
    {
        var hold = new InterruptHold();
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            hold._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                hold.Request();
            }));
        }

        return hold;
    }

    /// <summary>Remembers that a signal came.</summary>
    internal void Request() => _isRequested = true;

    /// <summary>Lets signals end the process again.</summary>
    public void Dispose() => _registrations.ForEach(r => r.Dispose());
}
