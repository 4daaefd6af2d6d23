using PmemTyped.Native.Linux;

namespace PmemTyped.Replication;

/// <summary>Error numbers of replication that the layers beneath do not know (replication specification, section 2).</summary>
internal static class RemoteErrno
{
    internal const int Busy = 16;
    internal const int Protocol = 71;
    internal const int BadMessage = 74;
    internal const int ProtocolNotSupported = 93;
    internal const int ConnectionAborted = 103;
    internal const int ConnectionReset = 104;
    internal const int TimedOut = 110;
    internal const int Stale = 116;
    internal const int RemoteInputOutput = 121;
    internal const int NoMedium = 123;
    internal const int Canceled = 125;

    internal static string Name(int error) => error switch
    {
        Busy => "EBUSY",
        Protocol => "EPROTO",
        BadMessage => "EBADMSG",
        ProtocolNotSupported => "EPROTONOSUPPORT",
        ConnectionAborted => "ECONNABORTED",
        ConnectionReset => "ECONNRESET",
        TimedOut => "ETIMEDOUT",
        Stale => "ESTALE",
        RemoteInputOutput => "EREMOTEIO",
        NoMedium => "ENOMEDIUM",
        Canceled => "ECANCELED",
        _ => Errno.Name(error),
    };
}
