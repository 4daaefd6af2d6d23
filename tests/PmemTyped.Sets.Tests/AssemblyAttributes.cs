using System.Runtime.Versioning;

// The library maps files on Linux only.
[assembly: SupportedOSPlatform("linux")]
