using System.CommandLine;

namespace PmemTyped.Tool;

/// <summary>Permission bits as people write them: octal, 0664.</summary>
internal static class FileModeOption
{
    /// <summary>What pmempool gives to the files it makes: 0664.</summary>
    internal const UnixFileMode Default =
        UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead;

    private const int MaxMode = 0xFFF; // 07777

    /// <summary>Makes the option.</summary>
    internal static Option<UnixFileMode?> New() => new("--mode", "-m")
    {
        Description = "Permission bits in octal; the umask does not apply. If not given, 0664.",
        HelpName = "octal",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int mode = 0;
            foreach (char digit in text)
            {
                mode = digit is >= '0' and <= '7' && mode <= MaxMode ? (mode << 3) | (digit - '0') : int.MaxValue;
            }

            if (mode > MaxMode)
            {
                result.AddError($"'{text}' is not a mode. Give octal digits, 0 to 07777.");
                return null;
            }

            return (UnixFileMode)mode;
        },
    };
}
