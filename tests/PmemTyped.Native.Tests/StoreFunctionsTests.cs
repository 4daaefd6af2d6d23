namespace PmemTyped.Native.Tests;

/// <summary>
/// Every kernel stores exactly its bytes, whatever the way, the length and the alignments: after each call the whole
/// memory is compared with an array to which the same was done by the runtime.
/// </summary>
public sealed unsafe class StoreFunctionsTests : IDisposable
{
    private const int Seed = 20270212;
    private const int MapBytes = 4 * 4096;
    private const int SourceStart = 2 * 4096;

    private static readonly int[] s_lengths =
    [
        .. Enumerable.Range(0, 131), 191, 192, 193, 255, 256, 257, 320, 511, 512, 767, 768, 769, 832, 1023, 1024, 1025,
        1600, 4032, 4095, 4096, 4097, 4160,
    ];

    private static readonly int[] s_destinations = [0, 1, 2, 4, 7, 8, 15, 16, 31, 32, 33, 40, 48, 56, 60, 63];
    private static readonly int[] s_sources = [0, 1, 8, 31, 63];

    private readonly MappedFile _file = MappedFile.Create(MapBytes);
    private readonly byte[] _model = new byte[MapBytes];
    private readonly byte* _memory;

    public StoreFunctionsTests()
    {
        new Random(Seed).NextBytes(_model);
        _file.Range.Store(0, _model);
        _memory = (byte*)_file.Handle.DangerousGetHandle();
    }

    public static TheoryData<string> KernelNames => Kernels.Names;

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_copy_stores_exactly_its_bytes(string kernel)
    {
        StoreFunctions stores = Kernels.Make(kernel);
        foreach (StoreWay way in Kernels.Ways)
        {
            foreach (int misalignment in s_destinations)
            {
                foreach (int source in s_sources)
                {
                    foreach (int length in s_lengths)
                    {
                        Move(stores, 128 + misalignment, SourceStart + source + (length % 7), length, way);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_move_between_overlapping_ranges_is_as_if_through_a_buffer(string kernel)
    {
        StoreFunctions stores = Kernels.Make(kernel);
        int[] distances = [-700, -129, -64, -63, -17, -8, -3, -1, 0, 1, 2, 7, 8, 16, 33, 63, 64, 65, 128, 300, 769];
        foreach (StoreWay way in Kernels.Ways)
        {
            foreach (int destination in s_destinations)
            {
                foreach (int distance in distances)
                {
                    foreach (int length in s_lengths)
                    {
                        Move(stores, 4096 + destination, 4096 + destination + distance, length, way);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_fill_stores_exactly_its_bytes(string kernel)
    {
        StoreFunctions stores = Kernels.Make(kernel);
        byte value = 0;
        foreach (StoreWay way in Kernels.Ways)
        {
            foreach (int start in s_destinations)
            {
                foreach (int length in s_lengths)
                {
                    value += 0x35;
                    stores.Fill(_memory + 128 + start, value, length, way);
                    _model.AsSpan(128 + start, length).Fill(value);
                    AssertAsModel($"{way}: {length} bytes of 0x{value:X2} at {start}");
                }
            }
        }
    }

    // Long enough for every piece, group and instruction that a kernel changes to on the way.
    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_long_copy_stores_exactly_its_bytes_too(string kernel)
    {
        const int LongBytes = 70 * 1024;
        using MappedFile file = MappedFile.Create(4 * LongBytes);
        byte* memory = (byte*)file.Handle.DangerousGetHandle();
        byte[] model = new byte[4 * LongBytes];
        new Random(Seed).NextBytes(model);
        file.Range.Store(0, model);
        StoreFunctions stores = Kernels.Make(kernel);
        foreach (StoreWay way in Kernels.Ways)
        {
            foreach (int length in (int[])[(32 * 1024) - 1, 32 * 1024, (32 * 1024) + 77, LongBytes])
            {
                foreach ((int destination, int source) in ((int, int)[])[(1, 2 * LongBytes), (64, 129), (500, 64), (8, 7)])
                {
                    stores.Copy(memory + destination, memory + source, length, way);
                    Buffer.BlockCopy(model, source, model, destination, length);
                    stores.Fill(memory + (3 * LongBytes) + destination, (byte)length, length / 2, way);
                    model.AsSpan((3 * LongBytes) + destination, length / 2).Fill((byte)length);
                    Assert.True(new ReadOnlySpan<byte>(memory, model.Length).SequenceEqual(model), $"{way}, {length} bytes");
                }
            }
        }
    }

    // A store or a flush behind the last byte of the page would end the process.
    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_copy_may_end_with_the_last_byte_before_a_hole(string kernel)
    {
        using MapWithHole map = MapWithHole.Create();
        StoreFunctions stores = Kernels.Make(kernel);
        foreach (StoreWay way in Kernels.Ways)
        {
            foreach (int length in s_lengths.Where(n => n <= 2048))
            {
                byte* end = (byte*)map.Start + 4096;
                stores.Copy(end - length, _memory, length, way);
                stores.Copy((byte*)map.Start + 1, end - length, length, way);
                stores.Fill(end - length, 7, length, way);
                stores.Fill((byte*)map.Start + (2 * 4096), 8, length, way);
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_copy_onto_itself_stores_nothing(string kernel)
    {
        using MapWithHole map = MapWithHole.Create();
        StoreFunctions stores = Kernels.Make(kernel);
        byte* hole = (byte*)map.Start + 4096;
        foreach (StoreWay way in Kernels.Ways)
        {
            stores.Copy(hole, hole, 64, way);
            stores.Copy(hole, _memory, 0, way);
            stores.Fill(hole, 1, 0, way);
        }
    }

    private void Move(StoreFunctions stores, int destination, int source, int length, StoreWay way)
    {
        stores.Copy(_memory + destination, _memory + source, length, way);
        Buffer.BlockCopy(_model, source, _model, destination, length);
        AssertAsModel($"{way}: {length} bytes from {source} to {destination}");
    }

    private void AssertAsModel(FormattableString what)
    {
        var found = new ReadOnlySpan<byte>(_memory, MapBytes);
        if (!found.SequenceEqual(_model))
        {
            int first = found.CommonPrefixLength(_model);
            Assert.Fail(FormattableString.Invariant($"byte {first} differs after ") + FormattableString.Invariant(what));
        }
    }
}
