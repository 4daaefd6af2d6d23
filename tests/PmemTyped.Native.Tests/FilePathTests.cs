using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>A path keeps its bytes, shows what can be shown, and never reaches the kernel shortened.</summary>
public sealed class FilePathTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Text_becomes_UTF8_and_is_shown_as_given()
    {
        var path = new FilePath("a/\u00E4\U0001F600");
        Assert.Equal("a/\u00E4\U0001F600"u8.ToArray(), path.Bytes.ToArray());
        Assert.Equal("a/\u00E4\U0001F600", path.ToString());
    }

    [Theory]
    [InlineData("61C3A4", "a\u00E4")]
    [InlineData("61FF62", "a\\xFFb")]
    [InlineData("C328E282", "\\xC3(\\xE2\\x82")]
    [InlineData("F09F9880", "\U0001F600")]
    public void Bytes_are_kept_and_shown_as_far_as_they_are_text(string bytes, string text)
    {
        var path = new FilePath(Convert.FromHexString(bytes));
        Assert.Equal((bytes, text), (Convert.ToHexString(path.Bytes), path.Text));
    }

    [Fact]
    public void Nothing_a_NUL_and_half_a_character_are_no_paths()
    {
        Assert.Throws<ArgumentNullException>(() => new FilePath((string)null!));
        Assert.Throws<ArgumentException>(() => new FilePath(string.Empty));
        Assert.Throws<ArgumentException>(() => new FilePath(default(ReadOnlySpan<byte>)));
        Assert.Throws<ArgumentException>(() => new FilePath("a\0b"));
        Assert.Throws<ArgumentException>(() => new FilePath("a\0"u8));
        Assert.Throws<ArgumentException>(() => new FilePath("a\uD800"));
    }

    [Theory]
    [InlineData("a", ".")]
    [InlineData("a/b", "a")]
    [InlineData("/a", "/")]
    [InlineData("/", "/")]
    [InlineData("/a/b/c", "/a/b")]
    public void The_parent_is_what_is_before_the_last_separator(string path, string parent) =>
        Assert.Equal(parent, new FilePath(path).Parent().Text);

    [Theory]
    [InlineData("a", "b", "a/b")]
    [InlineData("/", "b", "//b")]
    [InlineData("a", "/b", "/b")]
    public void A_name_is_appended_unless_it_is_absolute(string path, string name, string whole) =>
        Assert.Equal(whole, new FilePath(path).Append(name).Text);

    [Fact]
    public void A_link_tells_where_it_leads_and_another_file_that_it_is_none()
    {
        File.CreateSymbolicLink(_directory.File("link"), "some/where");
        File.WriteAllBytes(_directory.File("file"), []);
        Assert.Equal(Errno.None, new FilePath(_directory.File("link")).ReadLink(out FilePath? target));
        Assert.Equal("some/where", target!.Text);
        Assert.Equal(Errno.Invalid, new FilePath(_directory.File("file")).ReadLink(out target));
        Assert.Null(target);
        Assert.Equal(Errno.NoEntry, new FilePath(_directory.File("missing")).ReadLink(out _));
    }

    [Fact]
    public void Status_tells_devices_by_their_numbers_and_follows_links()
    {
        File.CreateSymbolicLink(_directory.File("link"), "/dev/zero");
        Assert.Equal(Errno.None, new FilePath(_directory.File("link")).GetStatus(out FileStatus device));
        Assert.Equal((true, 1u, 5u), (device.IsCharacterDevice, device.SpecialDeviceMajor, device.SpecialDeviceMinor));
        Assert.Equal(Errno.None, new FilePath(_directory.Path).GetStatus(out FileStatus directory));
        Assert.Equal((false, true), (directory.IsCharacterDevice, directory.IsDirectory));
        Assert.Equal(Errno.NoEntry, new FilePath(_directory.File("missing")).GetStatus(out _));
        Assert.Equal(Errno.NotADirectory, new FilePath("/dev/zero/below").GetStatus(out _));
    }
}
