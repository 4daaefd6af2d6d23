using System.Runtime.Versioning;

// The library maps files on Linux only.
[assembly: SupportedOSPlatform("linux")]

// Some tests ask whether address space was given back; a test beside them could map something else there.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
