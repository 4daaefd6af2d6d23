using PmemTyped.Replication.Generations;

namespace PmemTyped.Replication.Tests;

/// <summary>What generations say about two copies, row by row (replication specification, 19.7).</summary>
public sealed class GenerationRulesTests
{
    private static readonly Guid s_set = Guid.NewGuid();
    private static readonly Guid[] s_g = [Guid.Empty, .. Enumerable.Range(1, 6).Select(_ => Guid.NewGuid())];

    [Theory]
    [InlineData("321", 1, "3", 0, ReplicaRole.Replica, ResyncDirection.Quick)]
    [InlineData("321", 1, "2", 0, ReplicaRole.Replica, ResyncDirection.Quick)]
    [InlineData("321", 1, "1", 0, ReplicaRole.Replica, ResyncDirection.Quick)]
    [InlineData("321", 2, "1", 0, ReplicaRole.Replica, ResyncDirection.Full)]
    [InlineData("432", 1, "2", 0, ReplicaRole.Replica, ResyncDirection.Quick)]
    [InlineData("321", 0, "3", 0, ReplicaRole.Replica, ResyncDirection.Full)]
    [InlineData("321", 1, "2", 3, ReplicaRole.Syncing, ResyncDirection.Quick)]
    [InlineData("321", 1, "2", 5, ReplicaRole.Syncing, ResyncDirection.Full)]
    [InlineData("3", 3, "43", 0, ReplicaRole.Replica, ResyncDirection.Behind)]
    [InlineData("3", 3, "543", 0, ReplicaRole.Primary, ResyncDirection.Behind)]
    [InlineData("32", 2, "42", 0, ReplicaRole.Primary, ResyncDirection.SplitBrain)]
    [InlineData("543", 3, "2", 0, ReplicaRole.Replica, ResyncDirection.SplitBrain)]
    [InlineData("1", 1, "2", 0, ReplicaRole.Replica, ResyncDirection.SplitBrain)]
    public void Generations_alone_decide_the_direction(
        string mine, int bitmapBase, string peer, int given, ReplicaRole role, ResyncDirection expected)
    {
        ReplicaMetadata primary = Copy(mine) with { Role = ReplicaRole.Primary, BitmapBase = s_g[bitmapBase] };
        ReplicaMetadata other = Copy(peer) with { Role = role, BitmapBase = s_g[given], Number = 2 };

        Assert.Equal(expected, GenerationRules.Compare(in primary, in other));
    }

    [Fact]
    public void A_copy_without_a_set_gets_everything_and_one_of_another_set_nothing()
    {
        ReplicaMetadata primary = Copy("1") with { BitmapBase = s_g[1] };

        Assert.Equal(ResyncDirection.Full, GenerationRules.Compare(in primary, default));
        Assert.Equal(ResyncDirection.Foreign, GenerationRules.Compare(in primary, Copy("1") with { SetUuid = Guid.NewGuid() }));
    }

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 3, 2)]
    [InlineData(3, 2, 2)]
    [InlineData(3, 1, 3)]
    [InlineData(5, 3, 3)]
    [InlineData(5, 2, 4)]
    public void Promises_meet_those_of_every_other_writer_and_every_acknowledged_write(int copies, int least, int required)
    {
        int found = GenerationRules.RequiredPromises(Copy("1") with { Copies = copies, LeastCopies = least });

        Assert.Equal(required, found);
        Assert.True(2 * found > copies && found + least > copies);
    }

    [Fact]
    public void No_two_copies_form_the_same_epoch()
    {
        ulong[] epochs =
        [
            .. Enumerable.Range(0, 64).SelectMany(n => Enumerable.Range(0, 20).Select(h => GenerationRules.NextEpoch((ulong)h << 8, n))),
        ];

        Assert.Equal(epochs.Length, epochs.Distinct().Count());
        Assert.All(Enumerable.Range(0, 64), n => Assert.True(GenerationRules.NextEpoch((7 << 8) | 63, n) > ((7 << 8) | 63)));
    }

    [Theory]
    [InlineData("3", "3", ReplicaRole.Replica, nameof(PromotionVerdict.Permitted))]
    [InlineData("32", "2", ReplicaRole.Replica, nameof(PromotionVerdict.Permitted))]
    [InlineData("2", "32", ReplicaRole.Replica, nameof(PromotionVerdict.Behind))]
    [InlineData("32", "42", ReplicaRole.Replica, nameof(PromotionVerdict.Diverged))]
    [InlineData("3", "3", ReplicaRole.Syncing, nameof(PromotionVerdict.Syncing))]
    [InlineData("3", "", ReplicaRole.Replica, nameof(PromotionVerdict.TooFewPromises))]
    public void A_candidate_is_judged_by_those_who_promised(string mine, string other, ReplicaRole role, string expected)
    {
        ReplicaMetadata candidate = Copy(mine) with { Role = role };
        ReplicaMetadata[] promised = other.Length == 0 ? [] : [Copy(other) with { Number = 2, Role = ReplicaRole.Replica }];

        Assert.Equal(expected, GenerationRules.Judge(in candidate, promised).ToString());
    }

    [Theory]
    [InlineData(0b0000, 0b1100, 2, true)]
    [InlineData(0b0000, 0b0100, 2, false)]
    [InlineData(0b1000, 0b0100, 2, true)]
    [InlineData(0b1100, 0b0000, 2, false)]
    [InlineData(0b1100, 0b0000, 1, true)]
    [InlineData(0b1000, 0b0100, 3, false)]
    public void A_write_is_acknowledged_when_every_copy_holds_it_or_is_away(ulong away, ulong attached, int least, bool expected)
    {
        ReplicaMetadata primary = Copy("1") with { Away = away, LeastCopies = least };

        Assert.Equal(expected, GenerationRules.MayAcknowledge(in primary, attached));
    }

    // A copy whose generations are given as digits, the current one first.
    private static ReplicaMetadata Copy(string history) => new()
    {
        SetUuid = s_set,
        ReplicaId = Guid.NewGuid(),
        Number = 1,
        Copies = 3,
        LeastCopies = 2,
        Generation = s_g[history[0] - '0'],
        Previous = history.Length > 1 ? s_g[history[1] - '0'] : Guid.Empty,
        BeforePrevious = history.Length > 2 ? s_g[history[2] - '0'] : Guid.Empty,
    };
}
