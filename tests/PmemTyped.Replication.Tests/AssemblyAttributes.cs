using System.Runtime.Versioning;

// The library maps files on Linux only.
[assembly: SupportedOSPlatform("linux")]

// Allocations are counted over all threads, and limits of time are those of a machine that does nothing else.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
