using System.Runtime.Versioning;

// The library maps files on Linux only.
[assembly: SupportedOSPlatform("linux")]

// Some tests start programs. Between fork and exec such a child holds every file of this process open, locks of pools
// that another test closed just now included, so tests side by side would find pools locked at random.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
