namespace PmemTyped.Native.Linux;

/// <summary>The Linux system calls that the layers above need, one per file, under their own names.</summary>
internal static partial class Interop
{
    /// <summary>The C library; the runtime resolves the bare name on glibc and on musl.</summary>
    internal const string Libc = "libc";
}
