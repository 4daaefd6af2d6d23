using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <content>Files of 0 bytes, which the classic call does not know.</content>
internal sealed partial class ClassicFile
{
    internal static PmemSource OpenOrCreateEmpty(FilePath path, UnixFileMode mode, PmemPlatform? platform)
    {
        SourceOpening.RequirePlatform();
        platform ??= PmemPlatform.Current;
        CheckMode(mode);
        SourceOpening.Examine(path, platform, out DaxDevice? device);
        if (device is not null)
        {
            return SourceOpening.Open(path, writable: true, platform);
        }

        SafeFileDescriptor descriptor = CreateOrOpen(ref path, mode, isExclusive: false, out _, out int error)
            ?? throw SourceOpening.Refusal("create", path, error, writable: true);
        return SourceOpening.Adopt(descriptor, path, writable: true, platform);
    }

    internal static PmemSource CreateTemporaryEmpty(FilePath directory, UnixFileMode mode, PmemPlatform? platform)
    {
        SourceOpening.RequirePlatform();
        return OpenNameless(directory, mode, platform ?? PmemPlatform.Current);
    }
}
