namespace PmemTyped.Native.Fabric;

/// <summary>
/// Where libfabric keeps what its headers reach by inline functions: offsets into its objects, into their tables of operations, and its
/// numbers, for 64-bit Linux. Structures of the library only grow at their ends, and tables begin with their size. A test compiles the
/// headers and compares every value (Design 0026).
/// </summary>
internal static class FabricLayout
{
    /// <summary>FI_VERSION(1, 17): what is asked for.</summary>
    internal const int ApiVersion = (1 << 16) | 17;

    // struct fi_info and what it points to.
    internal const int InfoCaps = 8;
    internal const int InfoMode = 16;
    internal const int InfoDestinationLength = 40;
    internal const int InfoDestination = 56;
    internal const int InfoHandle = 64;
    internal const int InfoEndpoint = 88;
    internal const int InfoDomain = 96;
    internal const int InfoFabric = 104;
    internal const int EndpointType = 0;
    internal const int EndpointMaxMessage = 16;
    internal const int DomainThreading = 16;
    internal const int DomainMemoryMode = 36;
    internal const int FabricProviderName = 16;

    // struct fid and the objects that begin with it.
    internal const int ObjectOperations = 16;
    internal const int FabricOperations = 24;
    internal const int DomainOperations = 24;
    internal const int DomainMemoryOperations = 32;
    internal const int QueueOperations = 24;
    internal const int EventOperations = 24;
    internal const int EndpointConnectionOperations = 32;
    internal const int EndpointMessageOperations = 40;
    internal const int ListenerConnectionOperations = 32;
    internal const int MemoryDescriptor = 24;

    // Slots of the tables of operations.
    internal const int OperationClose = 8;
    internal const int OperationBind = 16;
    internal const int OperationControl = 24;
    internal const int FabricOpenDomain = 8;
    internal const int FabricOpenListener = 16;
    internal const int FabricOpenEvents = 24;
    internal const int DomainOpenQueue = 16;
    internal const int DomainOpenEndpoint = 24;
    internal const int DomainRegister = 8;
    internal const int EventReadError = 16;
    internal const int EventWait = 32;
    internal const int QueueReadError = 24;
    internal const int QueueWait = 32;
    internal const int ConnectionName = 16;
    internal const int ConnectionConnect = 32;
    internal const int ConnectionListen = 40;
    internal const int ConnectionAccept = 48;
    internal const int ConnectionReject = 56;
    internal const int ConnectionShutdown = 64;
    internal const int MessageReceive = 8;
    internal const int MessageSend = 32;

    // struct fi_eq_attr, struct fi_cq_attr, and what the queues give.
    internal const int EventAttributesBytes = 32;
    internal const int EventAttributesWait = 16;
    internal const int QueueAttributesBytes = 40;
    internal const int QueueAttributesSize = 0;
    internal const int QueueAttributesFormat = 16;
    internal const int QueueAttributesWait = 20;
    internal const int CompletionBytes = 24;
    internal const int CompletionContext = 0;
    internal const int CompletionLength = 16;
    internal const int QueueErrorBytes = 80;
    internal const int QueueErrorNumber = 56;
    internal const int EventErrorBytes = 48;
    internal const int EventErrorNumber = 24;
    internal const int ConnectionEventInfo = 8;
    internal const int ConnectionEventData = 16;
    internal const int ContextBytes = 64;

    // Numbers.
    internal const long CapabilityMessages = 1 << 1;
    internal const long FlagReceive = 1 << 10;
    internal const long FlagTransmit = 1 << 11;
    internal const long FlagNumericHost = 1L << 55;
    internal const long FlagSource = 1L << 57;
    internal const long ModeContext = 1L << 59;
    internal const long ModeContext2 = 1L << 52;
    internal const int TypeMessages = 1;
    internal const int ThreadSafe = 1;
    internal const int MemoryLocal = 1 << 2;
    internal const int MemoryVirtualAddress = 1 << 4;
    internal const int MemoryAllocated = 1 << 5;
    internal const int MemoryProviderKey = 1 << 6;
    internal const int WaitUnspecified = 1;
    internal const int FormatMessages = 2;
    internal const int CommandEnable = 6;
    internal const int EventConnectionRequest = 1;
    internal const int EventConnected = 2;
    internal const int EventShutdown = 3;
    internal const int ErrorAvailable = 259;
    internal const int ErrorNotSupported = 38;
}
