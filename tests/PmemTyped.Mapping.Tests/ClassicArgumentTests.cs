using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// The order of checks of the classic call, row by row (mapping specification, section 2.1): the first that applies
/// decides, and nothing is changed.
/// </summary>
public sealed class ClassicArgumentTests : IDisposable
{
    private const PmemFileOptions Create = PmemFileOptions.Create;
    private const PmemFileOptions Exclusive = PmemFileOptions.Exclusive;
    private const PmemFileOptions Temporary = PmemFileOptions.Temporary;
    private const PmemFileOptions Unknown = (PmemFileOptions)32;
    private readonly TempDirectory _directory = TempDirectory.Create();

    public ClassicArgumentTests()
    {
        File.WriteAllBytes(_directory.File("file"), [1, 2, 3]);
        File.WriteAllBytes(_directory.File("empty"), []);
        Directory.CreateDirectory(_directory.File("directory"));
        File.CreateSymbolicLink(_directory.File("loop"), _directory.File("loop"));
        SpecialFile.MakePipe(_directory.File("pipe"));
        SpecialFile.MakeSocket(_directory.File("socket"));
    }

    public void Dispose() => _directory.Dispose();

    // Rows 1 and 2, and a NUL, which would end the path early.
    [Fact]
    public void A_path_that_is_no_path_is_the_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentNullException>(() => PmemMap.MapFile((string)null!, -1, Unknown));
        Assert.Throws<ArgumentException>(() => PmemMap.MapFile(string.Empty, -1, Unknown));
        Assert.Throws<ArgumentException>(() => PmemMap.MapFile(default(ReadOnlySpan<byte>), -1, Unknown));
        Assert.Throws<ArgumentException>(() => PmemMap.MapFile(_directory.File("file\0x")));
        Assert.Throws<ArgumentException>(() => PmemMap.MapFile(Encoding.UTF8.GetBytes(_directory.File("file\0x"))));
        Assert.Throws<ArgumentException>(() => PmemMap.MapFile(_directory.File("\uD800")));
    }

    [Theory]
    [InlineData("file/below", Errno.NotADirectory)]
    [InlineData("loop", Errno.TooManyLinks)]
    [InlineData("pipe", Errno.Invalid)]
    [InlineData("socket", Errno.Invalid)]
    [InlineData("/dev/null", Errno.Invalid)]
    [InlineData("/dev/zero", Errno.Invalid)]
    public void Rows_2_and_3_a_path_that_cannot_be_examined_or_mapped_comes_first(string name, int error)
    {
        AssertRefused(_directory.File(name), -1, Unknown, error);
        AssertRefused(_directory.File(name), 4096, Create | Exclusive, error);
        AssertRefused(_directory.File(name), 0, PmemFileOptions.None, error);
    }

    [Fact]
    public void Row_2_a_name_that_is_too_long_is_reported() =>
        AssertRefused(_directory.File(new string('n', 256)), -1, Unknown, Errno.NameTooLong);

    [Fact]
    public void Row_2_a_directory_that_may_not_be_searched_is_reported()
    {
        File.SetUnixFileMode(_directory.File("directory"), UnixFileMode.None);
        Unprivileged.Run(() =>
            Assert.Equal(Errno.Access, Refusal(_directory.File("directory/file"), -1, Unknown).ErrorNumber));
    }

    [SuperuserTheory]
    [InlineData(0, PmemFileOptions.None)]
    [InlineData(4096, Create)]
    [InlineData(-1, Unknown)]
    public void Row_3_a_block_device_is_refused_without_being_opened(long lengthBytes, PmemFileOptions options)
    {
        // There is no such device, so that opening it would be ENXIO.
        SpecialFile.MakeBlockDevice(_directory.File("block"));
        AssertRefused(_directory.File("block"), lengthBytes, options, Errno.Invalid);
    }

    [Theory]
    [InlineData(-1, Unknown | Create, "options")]
    [InlineData(4096, Unknown, "options")]
    [InlineData(-1, Create, "lengthBytes")]
    [InlineData(long.MinValue, Create | Exclusive, "lengthBytes")]
    [InlineData(0, Create, "lengthBytes")]
    [InlineData(0, Create | Temporary, "lengthBytes")]
    [InlineData(1, PmemFileOptions.None, "lengthBytes")]
    [InlineData(-1, PmemFileOptions.None, "lengthBytes")]
    [InlineData(4096, Temporary, "lengthBytes")]
    [InlineData(0, Temporary, "options")]
    [InlineData(0, Temporary | Exclusive, "options")]
    public void Rows_4_to_8_options_and_length_must_go_together(
        long lengthBytes, PmemFileOptions options, string parameter)
    {
        foreach (string name in (string[])["file", "empty", "missing", "directory"])
        {
            IReadOnlyList<string> before = TreeSnapshot.Of(_directory.Path);
            var refusal = Assert.ThrowsAny<ArgumentException>(
                () => PmemMap.MapFile(_directory.File(name), lengthBytes, options));
            Assert.Equal(parameter, refusal.ParamName);
            Assert.Equal(before, TreeSnapshot.Of(_directory.Path));
        }
    }

    [Fact]
    public void A_mode_with_other_than_permission_bits_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PmemMap.MapFile(_directory.File("missing"), 4096, Create, (UnixFileMode)0x1000));
        Assert.False(File.Exists(_directory.File("missing")));
    }

    [Fact]
    public void Row_11_an_empty_file_is_refused_with_the_number_of_an_empty_map() =>
        AssertRefused(_directory.File("empty"), 0, PmemFileOptions.None, Errno.Invalid);

    private static PmemIOException Refusal(string path, long lengthBytes, PmemFileOptions options) =>
        Assert.Throws<PmemIOException>(() => PmemMap.MapFile(path, lengthBytes, options));

    private void AssertRefused(string path, long lengthBytes, PmemFileOptions options, int error)
    {
        IReadOnlyList<string> before = TreeSnapshot.Of(_directory.Path);
        PmemIOException refusal = Refusal(path, lengthBytes, options);
        Assert.Equal((error, path), (refusal.ErrorNumber, refusal.Path));
        Assert.Equal(before, TreeSnapshot.Of(_directory.Path));
    }
}
