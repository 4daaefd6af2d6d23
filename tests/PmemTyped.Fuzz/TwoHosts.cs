using System.ComponentModel;
using System.Diagnostics;

namespace PmemTyped.Fuzz;

/// <summary>
/// Two networks of this machine that only a cable connects: network namespaces with one end of a virtual pair each. They are gone
/// when it is disposed of, by their names, whatever happened in them.
/// </summary>
internal sealed class TwoHosts : IDisposable
{
    internal const string NearAddress = "192.0.2.1";
    internal const string FarAddress = "192.0.2.2";

    private const string NearEnd = "pmt0";
    private const string FarEnd = "pmt1";
    private static int s_made;

    private readonly string _name =
        FormattableString.Invariant($"pmemtyped-{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}");

    /// <summary>Makes them, with the cable plugged in.</summary>
    /// <exception cref="InvalidOperationException">The machine does not permit it; nothing is left behind.</exception>
    internal TwoHosts()
    {
        try
        {
            Ip($"netns add {Near}");
            Ip($"netns add {Far}");
            Ip($"link add {NearEnd} netns {Near} type veth peer name {FarEnd} netns {Far}");
            Ip($"-n {Near} address add {NearAddress}/24 dev {NearEnd}");
            Ip($"-n {Far} address add {FarAddress}/24 dev {FarEnd}");
            Ip($"-n {Near} link set {NearEnd} up");
            Ip($"-n {Far} link set {FarEnd} up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string Near => _name + "-near";

    internal string Far => _name + "-far";

    /// <summary>Why this machine cannot have them; null when it can.</summary>
    internal static string? ImpossibleBecause()
    {
        try
        {
            using var tried = new TwoHosts();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return $"No network namespaces can be made here: {e.Message}";
        }
    }

    /// <summary>Takes the end of the cable at the far host out; nothing that is sent arrives any more, and nobody is told.</summary>
    internal void Cut() => Ip($"-n {Far} link set {FarEnd} down");

    internal void Mend() => Ip($"-n {Far} link set {FarEnd} up");

    public void Dispose()
    {
        // The pair goes with either of them.
        _ = Try($"netns delete {Near}");
        _ = Try($"netns delete {Far}");
    }

    private static void Ip(string arguments)
    {
        string? error = Try(arguments);
        if (error is not null)
        {
            throw new InvalidOperationException($"ip {arguments}: {error}");
        }
    }

    private static string? Try(string arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return ip.ExitCode == 0 ? null : error.Trim();
    }
}
