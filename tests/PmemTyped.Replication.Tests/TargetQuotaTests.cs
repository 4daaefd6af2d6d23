using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Who may create pools may create so many, and so many bytes; more is refused before a byte changes.</summary>
public sealed class TargetQuotaTests
{
    [Fact]
    public void One_pool_too_many_is_refused_until_one_is_removed()
    {
        using ReplicaBench bench = Bench(g => g with { MaxPools = 2 });
        bench.Create(name: "mine/0").Dispose();
        bench.Create(name: "mine/1").Dispose();

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => bench.Create(name: "mine/2"));

        Assert.Equal(Errno.NoSpace, refusal.Errno);
        Assert.Contains("'local' has 2 pools below 'mine/', and may have 2", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Part("mine/2", 0)));
        bench.Open(name: "mine/0").Dispose();
        RemotePool.Remove(bench.Transport, "mine/0");
        bench.Create(name: "mine/2").Dispose();
    }

    [Fact]
    public void One_byte_too_many_is_refused_and_the_last_one_is_not()
    {
        using ReplicaBench bench = Bench(g => g with { MaxBytes = 3 * ReplicaBench.PartBytes });
        bench.WriteSet("mine/large", parts: 2);
        bench.Create(name: "mine/0").Dispose();
        bench.WriteSet("mine/larger", parts: 3);

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => bench.Create(name: "mine/larger"));

        Assert.Equal(Errno.NoSpace, refusal.Errno);
        Assert.Contains("have 2097152 bytes, this one 6291456, and 6291456 are allowed", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Part("mine/larger", 0)));
        bench.Create(name: "mine/large").Dispose();
        Assert.Equal(Errno.NoSpace, Assert.Throws<RemotePoolException>(() => bench.Create(name: "mine/1")).Errno);
    }

    [Fact]
    public void A_pool_that_is_there_already_is_still_told_so()
    {
        using ReplicaBench bench = Bench(g => g with { MaxPools = 1 });
        bench.Create(name: "mine/0").Dispose();

        Assert.Equal(Errno.Exists, Assert.Throws<RemotePoolException>(() => bench.Create(name: "mine/0")).Errno);
    }

    [Fact]
    public void Every_grant_has_to_agree_and_those_of_others_do_not_matter()
    {
        using ReplicaBench bench = Bench(
            g => g, new ReplicaGrant("local", "mine/", ReplicaRights.Create) { MaxPools = 1 }, new ReplicaGrant("bob", "", ReplicaRights.All) { MaxPools = 0 });
        bench.WriteSet("other/0");
        bench.Create(name: "other/0").Dispose();
        bench.Create(name: "mine/0").Dispose();

        Assert.Equal(Errno.NoSpace, Assert.Throws<RemotePoolException>(() => bench.Create(name: "mine/1")).Errno);
    }

    [Fact]
    public void Of_many_that_create_at_once_no_more_succeed_than_may()
    {
        const int Allowed = 3;
        const int Wanted = 10;
        using ReplicaBench bench = Bench(g => g with { MaxPools = Allowed });
        int made = 0;
        Parallel.For(0, Wanted, new ParallelOptions { MaxDegreeOfParallelism = Wanted }, i =>
        {
            string name = FormattableString.Invariant($"mine/{i}");
            try
            {
                bench.Create(name: name).Dispose();
                _ = Interlocked.Increment(ref made);
            }
            catch (RemotePoolException refused) when (refused.Errno == Errno.NoSpace)
            {
                // One of those that are too many.
            }
        });

        Assert.Equal(Allowed, made);
    }

    [Fact]
    public void A_limit_below_zero_is_an_error() => Assert.Throws<ArgumentException>(() => Bench(g => g with { MaxBytes = -1 }));

    private static ReplicaBench Bench(Func<ReplicaGrant, ReplicaGrant> limit, params ReplicaGrant[] more)
    {
        var bench = new ReplicaBench(o => o with { Grants = [limit(new ReplicaGrant("local", more.Length > 0 ? "" : "mine/", ReplicaRights.All)), .. more] });
        for (int i = 0; i < 10; i++)
        {
            bench.WriteSet(FormattableString.Invariant($"mine/{i}"));
        }

        return bench;
    }
}
