using System.Runtime.Versioning;

// The library maps files on Linux only.
[assembly: SupportedOSPlatform("linux")]

// Some tests unmap a page behind the back of a handle; a test beside them could map something else there.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
