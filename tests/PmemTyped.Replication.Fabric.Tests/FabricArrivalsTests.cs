namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>What arrives is taken in its order, whether it was copied out of its slot or not.</summary>
public sealed class FabricArrivalsTests
{
    [Fact]
    public void Bytes_are_taken_in_the_order_in_which_they_came()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var arrivals = new FabricArrivals(8);
            Dictionary<int, byte[]> slots = [];
            Queue<byte> sent = [];
            byte next = 0;
            for (int step = 0; step < 500; step++)
            {
                if (random.Next(2) == 0 && slots.Count < 8)
                {
                    byte[] payload = new byte[random.Next(1, random.Next(2) == 0 ? 40 : 3 * FabricArrivals.SmallBytes)];
                    for (int i = 0; i < payload.Length; i++)
                    {
                        payload[i] = next++;
                        sent.Enqueue(payload[i]);
                    }

                    Span<byte> early = arrivals.RoomForEarly(payload.Length);
                    payload.CopyTo(early.IsEmpty ? payload : early);
                    if (early.IsEmpty)
                    {
                        int slot = Enumerable.Range(0, 8).First(s => !slots.ContainsKey(s));
                        slots.Add(slot, payload);
                        arrivals.AddLate(new FabricArrival(slot, 0, payload.Length));
                    }
                }
                else
                {
                    byte[] taken = Take(arrivals, slots, random.Next(1, 2000));
                    bool isSame = taken.All(t => sent.TryDequeue(out byte expected) && expected == t);
                    Assert.True(isSame, $"Other bytes; seed {seed}, step {step}.");
                }
            }
        }
    }

    [Fact]
    public void Acknowledgements_of_a_full_window_leave_their_slots()
    {
        const int Acknowledgements = 256;
        const int FrameBytes = 64;
        var arrivals = new FabricArrivals(8);

        Assert.All(Enumerable.Range(0, Acknowledgements), _ => Assert.Equal(FrameBytes, arrivals.RoomForEarly(FrameBytes).Length));
    }

    private static byte[] Take(FabricArrivals arrivals, Dictionary<int, byte[]> slots, int most)
    {
        byte[] buffer = new byte[most];
        int early = arrivals.TakeEarly(buffer);
        if (early > 0 || !arrivals.TryPeek(out FabricArrival first))
        {
            return buffer[..early];
        }

        int lengthBytes = Math.Min(most, first.LengthBytes);
        byte[] taken = slots[first.Slot][first.Offset..(first.Offset + lengthBytes)];
        if (arrivals.Advance(lengthBytes))
        {
            slots.Remove(first.Slot);
        }

        return taken;
    }
}
