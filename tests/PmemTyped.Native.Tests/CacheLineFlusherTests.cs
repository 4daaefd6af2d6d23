using PmemTyped.Native.Linux;
using PmemTyped.Native.X64;

namespace PmemTyped.Native.Tests;

/// <summary>The machine code of the flush loops runs, stops where it should, and changes no data.</summary>
public sealed unsafe class CacheLineFlusherTests
{
    private const int Seed = 20261122;
    private const int PageBytes = 4096;

    public static TheoryData<FlushInstruction> Instructions
    {
        get
        {
            FlushInstruction[] reachable =
            [
                CpuFeatures.BestFlush(new PersistSwitches()),
                CpuFeatures.BestFlush(new PersistSwitches { AllowsClwb = false }),
                CpuFeatures.BestFlush(new PersistSwitches { AllowsClwb = false, AllowsClflushOpt = false }),
            ];
            return [.. reachable.Distinct()];
        }
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_loop_leaves_the_data_intact(FlushInstruction instruction)
    {
        if (instruction == FlushInstruction.None)
        {
            Assert.NotNull(Refusal(instruction));
            return;
        }

        delegate* unmanaged[SuppressGCTransition]<nint, nint, void> loop =
            CacheLineFlusher.Build(instruction, out string? refusal);
        Assert.Null(refusal);
        using MappedFile file = MappedFile.Create(64 * PageBytes);
        byte[] content = Fill(file.Range);
        nint start = file.Handle.DangerousGetHandle();
        foreach (int length in (int[])[1, 63, 64, 65, 127, 128, PageBytes, PageBytes + 1, 64 * PageBytes])
        {
            loop(start, start + length);
            CacheLineFlusher.Fence();
            Assert.Equal(content, file.Range.Window(0, content.Length).ToArray());
        }
    }

    // A flush of an unmapped line ends the process, so a loop that runs too far cannot pass here.
    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_loop_stops_at_the_last_line(FlushInstruction instruction)
    {
        if (instruction == FlushInstruction.None)
        {
            Assert.NotNull(Refusal(instruction));
            return;
        }

        using MapWithHole map = MapWithHole.Create();
        delegate* unmanaged[SuppressGCTransition]<nint, nint, void> loop =
            CacheLineFlusher.Build(instruction, out string? refusal);
        Assert.Null(refusal);
        loop(map.Start, map.Start + PageBytes);
        loop(map.Start + PageBytes - 64, map.Start + PageBytes - 63);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 1)]
    [InlineData(63, 2)]
    [InlineData(64, 0)]
    [InlineData(100, 64 * 1024)]
    [InlineData(64, (64 * 1024) + 1)]
    [InlineData(1, 200 * 1024)]
    [InlineData(0, 64 * PageBytes)]
    public void A_flush_of_any_range_leaves_the_data_intact(long offset, long lengthBytes)
    {
        Assert.True(PersistInstructions.Flush != FlushInstruction.None, PersistInstructions.UnavailableBecause);
        using MappedFile file = MappedFile.Create(64 * PageBytes);
        byte[] content = Fill(file.Range);
        file.Range.FlushLines(offset, lengthBytes);
        PersistInstructions.Fence();
        Assert.Equal(content, file.Range.Window(0, content.Length).ToArray());
    }

    [Fact]
    public void Without_an_instruction_there_is_a_reason_instead_of_a_loop() =>
        Assert.Contains("no reachable cache-line write-back", Refusal(FlushInstruction.None), StringComparison.Ordinal);

    [Fact]
    public void Either_an_instruction_is_in_use_or_a_reason_is_given()
    {
        Assert.Equal(64, PersistInstructions.LineBytes);
        Assert.Equal(PersistInstructions.Flush == FlushInstruction.None, PersistInstructions.UnavailableBecause is not null);
    }

    [Theory]
    [InlineData(FlushInstruction.Clwb, true)]
    [InlineData(FlushInstruction.ClflushOpt, true)]
    [InlineData(FlushInstruction.None, true)]
    [InlineData(FlushInstruction.Clflush, false)]
    public void A_drain_is_a_fence_unless_the_flushes_order_themselves(FlushInstruction instruction, bool isFence) =>
        Assert.Equal(isFence, new CacheLineFlusher(instruction).DrainIsFence);

    [Fact]
    public void Without_an_instruction_a_flush_is_refused()
    {
        var flusher = new CacheLineFlusher(FlushInstruction.None);
        var refusal = Assert.Throws<InvalidOperationException>(() => flusher.Flush(null, 64));
        Assert.Contains("no reachable cache-line write-back", refusal.Message, StringComparison.Ordinal);
    }

    private static string? Refusal(FlushInstruction instruction)
    {
        Assert.True(CacheLineFlusher.Build(instruction, out string? refusal) is null);
        return refusal;
    }

    private static byte[] Fill(NativeRange range)
    {
        byte[] content = new byte[range.LengthBytes];
        new Random(Seed).NextBytes(content);
        range.Store(0, content);
        return content;
    }
}
