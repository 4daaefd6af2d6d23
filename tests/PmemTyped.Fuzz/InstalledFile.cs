namespace PmemTyped.Fuzz;

/// <summary>One line of the package database of this machine: a file that a package installed.</summary>
/// <param name="Package">The package, as its list is named.</param>
/// <param name="Path">The file.</param>
/// <param name="Md5">Its MD5 sum as 32 hexadecimal digits, or nothing where the database has none.</param>
internal sealed record InstalledFile(string Package, string Path, string Md5)
{
    private const string Database = "/var/lib/dpkg/info";

    /// <summary>How many lines there are, without reading what they say.</summary>
    internal static int Count() => Directory.Exists(Database)
        ? Directory.EnumerateFiles(Database, "*.list").Sum(f => File.ReadLines(f).Count())
        : 0;

    /// <summary>All lines in the order of packages.</summary>
    internal static IReadOnlyList<InstalledFile> ReadAll() =>
    [
        .. Directory.EnumerateFiles(Database, "*.list").Order(StringComparer.Ordinal).SelectMany(list =>
        {
            Dictionary<string, string> sums = ReadSums(System.IO.Path.ChangeExtension(list, "md5sums"));
            string package = System.IO.Path.GetFileNameWithoutExtension(list);
            return File.ReadLines(list).Select(path => new InstalledFile(package, path, sums.GetValueOrDefault(path, "")));
        }),
    ];

    // "0123...ef  usr/bin/true"
    private static Dictionary<string, string> ReadSums(string file)
    {
        const int Digits = 32;
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            if (line.Length > Digits + 2)
            {
                sums["/" + line[(Digits + 2)..]] = line[..Digits];
            }
        }

        return sums;
    }
}
