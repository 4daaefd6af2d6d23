using PmemTyped.Generators.Tests.Layouts;
using PmemTyped.Mapping;

namespace PmemTyped.Generators.Tests;

/// <summary>The emitted accessors over real mapped memory: what is stored through a cursor is there after reopening.</summary>
public sealed class MappedTests : IDisposable
{
    private const int FileBytes = 64 * 1024;
    private const int ShapeOffset = 4096;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"pmemtyped-{Guid.NewGuid():N}.map");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Fields_persisted_by_name_are_there_after_reopening()
    {
        using (PmemMap map = Create())
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<Account> a = lease.At<Account>(128);
            a.Id = 7;
            a.Balance += 100;
            a.Owner = "Ada";
            a.Currency = Currency.Eur;
            a.Persist(Account.FieldSet.Id | Account.FieldSet.Balance | Account.FieldSet.Owner | Account.FieldSet.Currency);
            a.Sequence++;
            a.Persist(Account.FieldSet.Sequence);
        }

        using PmemMap again = Open();
        using scoped PmemMapLease reader = again.Lease();
        ReadOnlyPersistent<Account> read = reader.At<Account>(128);
        Assert.Equal((7, 100, "Ada", Currency.Eur, 1UL), (read.Id, read.Balance, read.Owner.ToString(), read.Currency, read.Sequence));
    }

    [Fact]
    public void A_read_only_map_gives_cursors_without_stores_only()
    {
        using (PmemMap map = Create())
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<Account> a = lease.At<Account>(128);
            a.Id = 9;
            a.Persist();
        }

        using PmemSource source = PmemSource.Open(_path, writable: false);
        using PmemMap again = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        using scoped PmemMapLease reader = again.Lease();
        Assert.Equal(9, reader.ReadAt<Account>(128).Id);
        string refusal = "";
        try
        {
#pragma warning disable PMT3003 // what the runtime says to those who do not listen
            _ = reader.At<Account>(128);
#pragma warning restore PMT3003
        }
        catch (InvalidOperationException exception)
        {
            refusal = exception.Message;
        }

        Assert.Contains("read-only", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Nested_layouts_buffers_and_publish_fields_are_there_after_reopening()
    {
        using (PmemMap map = Create())
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<Shape> shape = lease.At<Shape>(ShapeOffset);
            Persistent<Point> center = shape.Center;
            center.X = 3;
            center.Y = -4;
            center.Persist(Point.FieldSet.All);
            shape.Samples.CopyFrom([1, -2, 3, -4]);
            shape.Tag.Fill(0x5A);
            shape.Flush(Shape.FieldSet.Samples | Shape.FieldSet.Tag);
            shape.Drain();
            shape.Sequence = -1;
            shape.Persist(Shape.FieldSet.Sequence);
        }

        using PmemMap again = Open();
        using scoped PmemMapLease reader = again.Lease();
        ReadOnlyPersistent<Shape> read = reader.At<Shape>(ShapeOffset).AsReadOnly();
        Assert.Equal((3, -4), (read.Center.X, read.Center.Y));
        Assert.Equal([1, -2, 3, -4], read.Samples.ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0x5A, 8), read.Tag.ToArray());
        Assert.Equal(-1, read.Sequence);
    }

    [Fact]
    public void A_setter_stores_its_own_bytes_only()
    {
        using PmemMap map = Create();
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Account> a = lease.At<Account>(0);
        a.Currency = (Currency)0xFFFF;
        a.Persist();

        byte[] bytes = lease.Window(0, Account.Size).ToArray();
        Assert.Equal([48, 49], Enumerable.Range(0, bytes.Length).Where(i => bytes[i] != 0));
    }

    [Fact]
    public void Fields_on_one_line_and_in_ranges_can_be_flushed_in_any_combination()
    {
        using PmemMap map = Create();
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Account> account = lease.At<Account>(64);
        Persistent<Reordered> reordered = lease.At<Reordered>(ShapeOffset);
        for (int fields = 0; fields <= (int)Account.FieldSet.All; fields++)
        {
            account.Persist((Account.FieldSet)fields);
        }

        for (int fields = 0; fields <= (int)Reordered.FieldSet.All; fields++)
        {
            reordered.Persist((Reordered.FieldSet)fields);
        }

        Assert.False(map.IsFaulted);
    }

    [Fact]
    public void A_scope_persists_what_was_set_through_properties()
    {
        using PmemMap map = Create();
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Account> a = lease.At<Account>(0);
        using (a.BeginPersist())
        {
            a.Id = 9;
        }

        Assert.Equal(9, lease.At<Account>(0).Id);
    }

    [Fact]
    public void An_unaligned_offset_is_refused()
    {
        using PmemMap map = Create();
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            using scoped PmemMapLease lease = map.Lease();
            _ = lease.At<Account>(32);
        });
    }

    private PmemMap Create()
    {
        using PmemSource source = PmemSource.Create(_path, FileBytes, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return PmemMap.Map(source);
    }

    private PmemMap Open()
    {
        using PmemSource source = PmemSource.Open(_path);
        return PmemMap.Map(source);
    }
}
