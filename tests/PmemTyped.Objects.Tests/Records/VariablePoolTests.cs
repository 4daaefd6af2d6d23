using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

/// <summary>Pools of records of variable length, and how they follow when the layout changes.</summary>
public sealed class VariablePoolTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("cards.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Records_of_every_length_read_back_also_over_longer_and_shorter_ones()
    {
        using (BlockPool<CardV3> pool = BlockPool<CardV3>.Create(PoolPath, capacity: 50))
        {
            for (int i = 0; i <= 40; i++)
            {
                pool[i] = new CardV3 { Id = i, Text = new string('o', 40 - i) };
                pool[i] = new CardV3 { Id = i, Text = new string('n', i) };
            }
        }

        using BlockPool<CardV3> again = BlockPool<CardV3>.OpenReadOnly(PoolPath);
        Assert.All(Enumerable.Range(0, 41), i => Assert.Equal(new string('n', i), again[i].Text.ToString()));
    }

    [Fact]
    public void Packed_records_of_variable_length_leave_their_neighbours()
    {
        using BlockPool<Stamp> pool = BlockPool<Stamp>.Create(PoolPath, capacity: 100);
        Stamp[] stamps = [.. Enumerable.Range(0, 47).Select(i => new Stamp { Id = i, Image = Bytes46.From(new byte[i]) })];
        pool.WriteMany([.. stamps.Select(s => s.Id)], stamps);
        pool[4] = new Stamp { Id = 4, Image = Bytes46.From("longer than it was before"u8) };
        pool[5] = new Stamp { Id = 5 };

        Assert.Equal(47, pool.CountPresent());
        Assert.Equal("longer than it was before"u8.ToArray(), pool[4].Image.AsSpan().ToArray());
        Assert.True(pool[5].Image.IsEmpty);
        Assert.All(stamps.Where(s => s.Id is not (4 or 5)), s => Assert.Equal((s.Id, s.Image), (pool[s.Id].Id, pool[s.Id].Image)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    public async Task A_text_gets_more_room_without_a_step(int length)
    {
        string text = new('x', length);
        using (BlockPool<CardV2> pool = BlockPool<CardV2>.Create(PoolPath, capacity: 10))
        {
            pool[3] = new CardV2 { Id = 5, Text = text };
        }

        Assert.Throws<LayoutMismatchException>(() => BlockPool<CardV3>.Open(PoolPath));
        using (BlockPool<CardV3> pool = BlockPool<CardV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal((5, text), (pool[3].Id, pool[3].Text.ToString()));
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        using BlockPool<CardV3> again = BlockPool<CardV3>.Open(PoolPath);
        Assert.Equal((5, text), (again[3].Id, again[3].Text.ToString()));
    }

    [Fact]
    public async Task A_text_is_added_and_is_empty_in_old_records()
    {
        using (BlockPool<CardV1> pool = BlockPool<CardV1>.Create(PoolPath, capacity: 10))
        {
            pool[3] = new CardV1 { Id = 5 };
        }

        using BlockPool<CardV2> upgraded = BlockPool<CardV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        Assert.Equal((5, ""), (upgraded[3].Id, upgraded[3].Text.ToString()));
        Assert.True((await upgraded.MigrateAllAsync()).IsComplete);
        Assert.Equal((5, ""), (upgraded[3].Id, upgraded[3].Text.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_text_is_given_up_or_made_fixed_by_a_step(int length)
    {
        using (BlockPool<CardV3> pool = BlockPool<CardV3>.Create(PoolPath, capacity: 10))
        {
            pool[3] = new CardV3 { Id = 5, Text = new string('x', length) };
        }

        using (BlockPool<CardV4> without = BlockPool<CardV4>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead))
        {
            Assert.Equal((5, 0), (without[3].Id, without[3].Weight));
        }

        using BlockPool<CardFixed> whole = BlockPool<CardFixed>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead);
        Assert.Equal(new string('x', length), whole[3].Text.ToString());
    }

    [Fact]
    public void Less_room_another_type_or_a_fixed_one_needs_a_step()
    {
        using (BlockPool<CardV3> pool = BlockPool<CardV3>.Create(PoolPath, capacity: 10))
        {
            pool[3] = new CardV3 { Id = 5, Text = "text" };
        }

        Assert.Contains("Text was text[..40] at offset 8, and Text is text[..16]", Refusal<CardShrunk>(), StringComparison.Ordinal);
        Assert.Contains("Text was text[..40] at offset 8, and Text is bytes[..46]", Refusal<CardOfBytes>(), StringComparison.Ordinal);
        Assert.Contains("Text was text[..40] at offset 8, and Text is text[40]", Refusal<CardFixedAlone>(), StringComparison.Ordinal);
    }

    private string Refusal<T>()
        where T : unmanaged, IBlockRecord<T> =>
        Assert.Throws<LayoutMismatchException>(() => BlockPool<T>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead)).Message;
}
