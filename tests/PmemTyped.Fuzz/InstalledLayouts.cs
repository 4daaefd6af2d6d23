using System.Globalization;

namespace PmemTyped.Fuzz;

/// <summary>What a record of an installed file says, whatever its version.</summary>
internal interface IInstalledRecord
{
    /// <summary>The line that it was made from.</summary>
    InstalledFile ToFile();

    /// <summary>Whether what the later version computed is right.</summary>
    bool IsRight();
}

/// <summary>The first version: as the database has it.</summary>
[PersistentLayout("dpkg.file", Version = 1)]
internal partial struct InstalledV1 : IInstalledRecord
{
    public PackageName Package;
    public Digits Md5;
    public FilePath Path;

    public readonly InstalledFile ToFile() => new(Package.ToString(), Path.ToString(), Md5.ToString());

    public readonly bool IsRight() => true;

    internal static InstalledV1 Of(InstalledFile file) => new() { Package = file.Package, Md5 = file.Md5, Path = file.Path };
}

/// <summary>The second one: the sum as a number, the fields in another order, the depth of the path.</summary>
[PersistentLayout("dpkg.file", Version = 2)]
internal partial struct InstalledV2 : IInstalledRecord
{
    public UInt128 Sum;
    public FilePath Path;
    public PackageName Package;
    public int Depth;
    public int HasSum;
    [Reserved] private long _reserved0;

    public readonly InstalledFile ToFile() => new(
        Package.ToString(), Path.ToString(), HasSum == 0 ? "" : Sum.ToString("x32", CultureInfo.InvariantCulture));

    public readonly bool IsRight() => Depth == Path.ToString().Count(c => c == '/');

    [MigratesFrom(typeof(InstalledV1))]
    private static void Upgrade(in InstalledV1 from, out InstalledV2 to)
    {
        string sum = from.Md5.ToString();
        to = new InstalledV2
        {
            Sum = sum.Length == 0 ? 0 : UInt128.Parse(sum, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            HasSum = sum.Length == 0 ? 0 : 1,
            Path = from.Path,
            Package = from.Package,
            Depth = from.Path.ToString().Count(c => c == '/'),
        };
    }
}

/// <summary>The third one: the length of the path instead of its depth.</summary>
[PersistentLayout("dpkg.file", Version = 3)]
internal partial struct InstalledV3 : IInstalledRecord
{
    public PackageName Package;
    public FilePath Path;
    public UInt128 Sum;
    public long PathBytes;
    public int HasSum;
    [Reserved] private int _reserved0;

    public readonly InstalledFile ToFile() => new(
        Package.ToString(), Path.ToString(), HasSum == 0 ? "" : Sum.ToString("x32", CultureInfo.InvariantCulture));

    public readonly bool IsRight() => PathBytes == System.Text.Encoding.UTF8.GetByteCount(Path.ToString());

    [MigratesFrom(typeof(InstalledV2))]
    private static void Upgrade(in InstalledV2 from, out InstalledV3 to) => to = new InstalledV3
    {
        Package = from.Package,
        Path = from.Path,
        Sum = from.Sum,
        HasSum = from.HasSum,
        PathBytes = System.Text.Encoding.UTF8.GetByteCount(from.Path.ToString()),
    };
}

[Utf8Text(80)]
internal partial struct PackageName;

[Utf8Text(320)]
internal partial struct FilePath;

[Utf8Text(32)]
internal partial struct Digits;
