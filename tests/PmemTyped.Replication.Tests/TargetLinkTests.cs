using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Resync;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// Links below the directories of a target, also such that appear between a look and a use: what lies outside is neither read
/// nor made, changed or removed (replication specification, 19.8).
/// </summary>
public sealed class TargetLinkTests : IDisposable
{
    private const string Name = "below/pool.set";
    private const string Treasure = "not for initiators";

    private readonly ReplicaBench _bench = new();
    private readonly TempDirectory _outside = TempDirectory.CreateInMemory();

    public TargetLinkTests() =>
        _bench.WriteText(Name, FormattableString.Invariant($"PMEMPOOLSET\n{ReplicaBench.PartBytes} {Below("part")}\n"));

    public static TheoryData<string> SideFiles => new() { "part.replica", "pool.set.pending-attributes" };

    public void Dispose()
    {
        _bench.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public void A_directory_that_becomes_a_link_after_a_name_was_accepted_is_not_followed()
    {
        var paths = new TargetPaths(_bench.Directory.Path, []);
        FilePath set = paths.SetFileOf(Name);
        FilePath part = paths.PartOf(PoolSetFile.Load(set).Replicas[0].Parts[0].Path);
        File.Copy(set.Text, _outside.File("pool.set"));
        File.WriteAllText(_outside.File("part"), Treasure);
        SwapBelow();

        AssertNotFollowed(() => PoolSetFile.Load(set));
        AssertNotFollowed(() => PmemSource.Open(part));
        AssertNotFollowed(() => PmemSource.Create(part.WithSuffix("2"), 4096));
        AssertNotFollowed(() => PmemSource.OpenOrCreateEmpty(part.WithSuffix(".replica")));
        Assert.False(PoolSetFile.IsSetFile(set));
        Assert.Equal(["part", "pool.set"], NamesOutside());
        Assert.Equal(Treasure, File.ReadAllText(_outside.File("part")));
    }

    [Fact]
    public void Nor_is_one_under_an_open_pool_whose_attributes_change()
    {
        using RemotePool pool = _bench.Create(name: Name);
        SwapBelow();

        Assert.Equal(Errno.InputOutput, ErrnoOf(() => pool.SetAttributes(ReplicaBench.Attributes with { Major = 9 })));
        Assert.Empty(NamesOutside());
    }

    [Fact]
    public void Nor_is_one_when_the_making_of_a_pool_is_taken_back_or_a_pool_is_removed()
    {
        var store = new TargetStore(new ReplicaServerOptions { PoolSetDirectory = _bench.Directory.Path });
        TargetPool pool = store.Create(Name, ReplicaBench.WindowBytes, ReplicaBench.Attributes);
        File.Copy(_bench.Directory.File(Name), _outside.File("pool.set"));
        File.WriteAllText(_outside.File("part"), Treasure);
        SwapBelow();

        pool.Dispose();
        pool.Undo();
        Assert.Equal(Errno.Access, ErrnoOf(() => RemotePool.Remove(_bench.Transport, Name, RemoteRemove.PoolSet)));
        Assert.Equal(Errno.Access, ErrnoOf(() => RemotePool.Remove(_bench.Transport, Name, RemoteRemove.PoolSet | RemoteRemove.Force)));
        Assert.Equal(["part", "pool.set"], NamesOutside());
    }

    [Theory]
    [MemberData(nameof(SideFiles))]
    public void A_side_file_that_is_a_link_is_not_followed(string sideFile)
    {
        _bench.Create(name: Name).Dispose();
        File.Delete(Below(sideFile));
        File.WriteAllText(_outside.File("treasure"), Treasure);
        File.CreateSymbolicLink(Below(sideFile), _outside.File("treasure"));

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => _bench.Open(name: Name).Dispose());
        Assert.Equal(Errno.Access, refusal.Errno);
        Assert.Contains($"'{Below(sideFile)}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("symbolic link", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Treasure, File.ReadAllText(_outside.File("treasure")));
    }

    [Fact]
    public void A_side_file_that_is_a_link_to_nothing_makes_nothing_there()
    {
        File.CreateSymbolicLink(Below("part.replica"), _outside.File("new"));

        Assert.Equal(Errno.Access, ErrnoOf(() => _bench.Create(name: Name).Dispose()));
        Assert.Empty(NamesOutside());
        Assert.False(File.Exists(Below("part")));
    }

    [Fact]
    public void A_link_in_the_place_of_a_draft_is_replaced_and_not_written_through()
    {
        using RemotePool pool = _bench.Create(name: Name);
        File.WriteAllText(_outside.File("treasure"), Treasure);
        File.CreateSymbolicLink(Below("pool.set.pending-attributes.new"), _outside.File("treasure"));

        pool.SetAttributes(ReplicaBench.Attributes with { Major = 9 });

        Assert.Equal(Treasure, File.ReadAllText(_outside.File("treasure")));
        Assert.Equal(["part", "part.replica", "pool.set"], Directory.GetFiles(Below(".")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_was_missed_is_not_looked_for_through_links()
    {
        _bench.Create(name: Name).Dispose();
        MissedRegionFile.Open(_outside.File("theirs"), 1, Guid.NewGuid(), ReplicaBench.WindowBytes).Dispose();
        File.CreateSymbolicLink(Below("part.missed-1"), _outside.File("theirs.missed-1"));

        RemotePool.Remove(_bench.Transport, Name);

        Assert.NotNull(new FileInfo(Below("part.missed-1")).LinkTarget);
        Assert.Equal(["theirs.missed-1"], NamesOutside());
    }

    [Fact]
    public void Set_files_are_not_listed_through_links_nor_with_parts_elsewhere()
    {
        var store = new TargetStore(new ReplicaServerOptions { PoolSetDirectory = _bench.Directory.Path });
        store.Create(Name, ReplicaBench.WindowBytes, ReplicaBench.Attributes).Dispose();
        File.WriteAllBytes(_outside.File("part"), new byte[ReplicaBench.PartBytes]);
        _bench.WriteText("elsewhere.set", FormattableString.Invariant($"PMEMPOOLSET\n{ReplicaBench.PartBytes} {_outside.File("part")}\n"));
        File.CreateSymbolicLink(_bench.Directory.File("link.set"), Below("pool.set"));
        Directory.CreateSymbolicLink(_bench.Directory.File("way"), Below("."));

        Assert.Equal((1, ReplicaBench.PartBytes), store.Existing(string.Empty, except: "none.set"));
    }

    private static int ErrnoOf(Action action) => Assert.Throws<RemotePoolException>(action).Errno;

    private static void AssertNotFollowed(Func<object> use) =>
        Assert.Equal(Errno.TooManyLinks, Assert.Throws<PmemIOException>(use).ErrorNumber);

    private string Below(string name) => _bench.Directory.File("below/" + name);

    private IEnumerable<string?> NamesOutside() => Directory.GetFiles(_outside.Path).Select(Path.GetFileName).Order();

    private void SwapBelow()
    {
        Directory.Move(_bench.Directory.File("below"), _bench.Directory.File("aside"));
        Directory.CreateSymbolicLink(_bench.Directory.File("below"), _outside.Path);
    }
}
