using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>A path beneath a directory leads nowhere else, whatever is put there meanwhile, with openat2 and without.</summary>
public sealed class BeneathTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    public BeneathTests()
    {
        Directory.CreateDirectory(_directory.File("root/a/b"));
        Directory.CreateDirectory(_directory.File("outside/b"));
        File.WriteAllText(_directory.File("root/a/b/file"), "inside");
        File.WriteAllText(_directory.File("outside/b/file"), "outside");
    }

    /// <summary>Everything that a path can be asked to do, by name; each answers an error number.</summary>
    private static Dictionary<string, Func<FilePath, int>> Uses => new()
    {
        ["open"] = p => ErrorOf(SafeFileDescriptor.OpenExisting(p, writable: true, out int error), error),
        ["create"] = p => ErrorOf(SafeFileDescriptor.CreateNew(p.WithSuffix(".new"), UnixFileMode.UserRead, out int error), error),
        ["look"] = p => p.GetStatus(out _),
        ["unlink"] = p => p.Unlink(),
        ["rename from"] = p => p.Rename(FilePath.Beneath(p.Parent().Parent().Parent(), "moved")),
        ["rename to"] = p =>
        {
            FilePath from = FilePath.Beneath(p.Parent().Parent().Parent(), "spare");
            ErrorOf(SafeFileDescriptor.CreateNew(from, UnixFileMode.UserRead, out int error), error);
            return p.Rename(from) is var found && found != Errno.None ? found : from.Rename(p);
        },
    };

    public static TheoryData<string, bool> UsesBothWays
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (string use in Uses.Keys)
            {
                all.Add(use, true);
                all.Add(use, false);
            }

            return all;
        }
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(UsesBothWays))]
    public void A_file_below_is_used_as_any_other(string use, bool asksKernel) =>
        Assert.Equal(Errno.None, Uses[use](Beneath("a/b/file", asksKernel)));

    [Theory]
    [MemberData(nameof(UsesBothWays))]
    public void A_directory_that_became_a_link_after_the_path_was_made_is_not_followed(string use, bool asksKernel)
    {
        FilePath path = Beneath("a/b/file", asksKernel);
        Assert.Equal(Errno.None, path.GetStatus(out _));
        Directory.Move(_directory.File("root/a"), _directory.File("root/aside"));
        Directory.CreateSymbolicLink(_directory.File("root/a"), _directory.File("outside"));

        Assert.Equal(Errno.TooManyLinks, Uses[use](path));
        AssertOutsideIsUntouched();
    }

    [Theory]
    [MemberData(nameof(UsesBothWays))]
    public void Nor_is_the_last_directory(string use, bool asksKernel)
    {
        FilePath path = Beneath("a/b/file", asksKernel);
        Directory.Move(_directory.File("root/a/b"), _directory.File("root/a/aside"));
        Directory.CreateSymbolicLink(_directory.File("root/a/b"), "../../outside/b");

        Assert.Equal(Errno.TooManyLinks, Uses[use](path));
        AssertOutsideIsUntouched();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_as_the_last_name_is_neither_opened_nor_looked_through(bool asksKernel)
    {
        FilePath path = Beneath("a/b/file", asksKernel);
        File.Delete(path.Text);
        File.CreateSymbolicLink(path.Text, _directory.File("outside/b/file"));

        Assert.Equal(Errno.TooManyLinks, Uses["open"](path));
        Assert.Equal(Errno.TooManyLinks, Uses["look"](path));
        Assert.Equal(Errno.TooManyLinks, path.ReadLink(out _));
        Assert.Equal(Errno.Exists, ErrorOf(SafeFileDescriptor.CreateNew(path, UnixFileMode.UserRead, out int error), error));
        AssertOutsideIsUntouched();

        // Its name is an entry below, and goes as any other.
        Assert.Equal(Errno.None, path.Unlink());
        AssertOutsideIsUntouched();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Magic_links_are_not_followed(bool asksKernel)
    {
        FilePath root = FilePath.Beneath("/proc/self", "root" + _directory.File("outside/b/file"), asksKernel);
        FilePath directory = FilePath.Beneath("/proc/self", "cwd/anything", asksKernel);
        using FileStream file = File.OpenRead(_directory.File("outside/b/file"));
        FilePath descriptor = FilePath.Beneath(
            "/proc/self", FormattableString.Invariant($"fd/{file.SafeFileHandle.DangerousGetHandle()}"), asksKernel);

        Assert.Equal(Errno.TooManyLinks, Uses["look"](root));
        Assert.Equal(Errno.TooManyLinks, Uses["look"](directory));
        Assert.Equal(Errno.TooManyLinks, ErrorOf(SafeFileDescriptor.OpenExisting(descriptor, writable: false, out int error), error));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_missing_or_no_directory_says_so(bool asksKernel)
    {
        Assert.Equal(Errno.NoEntry, Uses["look"](Beneath("a/missing", asksKernel)));
        Assert.Equal(Errno.NoEntry, Uses["look"](Beneath("missing/b/file", asksKernel)));
        Assert.Equal(Errno.NotADirectory, Uses["look"](Beneath("a/b/file/below/it", asksKernel)));
        Assert.Equal(Errno.NoEntry, FilePath.Beneath(_directory.File("nowhere"), "file", asksKernel).GetStatus(out _));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../outside/b/file")]
    [InlineData("a/../../outside/b/file")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("/etc/passwd")]
    public void Dots_and_absolute_names_are_no_names_beneath_a_directory(string name)
    {
        Assert.Throws<ArgumentException>(() => Beneath(name, asksKernel: true));
        Assert.Throws<ArgumentException>(() => Beneath("a", asksKernel: true).Append(name));
    }

    [Fact]
    public void The_directory_itself_may_be_reached_through_links()
    {
        Directory.CreateSymbolicLink(_directory.File("way"), _directory.File("root"));

        Assert.Equal(Errno.None, Uses["open"](FilePath.Beneath(_directory.File("way"), "a/b/file")));
    }

    [Fact]
    public void What_is_derived_from_a_path_beneath_a_directory_stays_there()
    {
        FilePath path = Beneath("a/b", asksKernel: true);

        Assert.Equal(
            [(true, Root + "/a/b/c"), (true, Root + "/a/b.new"), (true, Root + "/a"), (false, Root)],
            new[] { path.Append("c"), path.WithSuffix(".new"), path.Parent(), path.Parent().Parent() }.Select(p => (p.IsBeneath, p.Text)));
        Assert.True(FilePath.Beneath(path, "c").IsBeneath);
        Assert.Equal((false, "x.new"), (new FilePath("x").WithSuffix(".new").IsBeneath, new FilePath("x").WithSuffix(".new").Text));
        Assert.Throws<ArgumentException>(() => Beneath("a", asksKernel: true).WithSuffix("/../x"));
    }

    private string Root => _directory.File("root");

    private static int ErrorOf(SafeFileDescriptor? opened, int error)
    {
        Assert.Equal(opened is null, error != Errno.None);
        opened?.Dispose();
        return error;
    }

    private FilePath Beneath(string name, bool asksKernel) => FilePath.Beneath(Root, name, asksKernel);

    private void AssertOutsideIsUntouched() => Assert.Equal(
        ["outside/b/file: outside"],
        Directory.GetFiles(_directory.File("outside"), "*", SearchOption.AllDirectories)
            .Select(f => $"{Path.GetRelativePath(_directory.Path, f)}: {File.ReadAllText(f, Encoding.UTF8)}"));
}
