using System.Runtime.Versioning;

// The library maps files on Linux only, and the tests look at modes and signals there.
[assembly: SupportedOSPlatform("linux")]
