namespace PmemTyped.Native.Tests;

/// <summary>
/// An aligned 8-byte word is never half stored, if destination and length are multiples of 8: a reader beside the writer
/// sees every word whole. A torn word is met by chance, so each kernel gets some ten thousand copies to show one.
/// </summary>
public sealed unsafe class StoreAtomicityTests
{
    private const int Rounds = 400;
    private const int MapBytes = 8192;
    private const int SourceBytes = 2048;

    private static readonly int[] s_lengths = [8, 16, 24, 40, 56, 64, 72, 120, 128, 248, 256, 264, 776, 1024];
    private static readonly int[] s_destinations = [0, 8, 24, 56];

    public static TheoryData<string> KernelNames => Kernels.NamesThatKeepWordsWhole;

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_reader_sees_only_whole_words(string kernel)
    {
        StoreFunctions stores = Kernels.Make(kernel);
        using MappedFile file = MappedFile.Create(MapBytes);
        byte* memory = (byte*)file.Handle.DangerousGetHandle();
        byte* low = memory + 4096 + 3; // a misaligned source
        byte* high = low + SourceBytes;
        new Span<byte>(low, SourceBytes - 64).Clear();
        new Span<byte>(high, SourceBytes - 64).Fill(0xFF);
        using var reading = new ManualResetEventSlim();
        bool done = false;
        ulong torn = 0;
        var reader = new Thread(() =>
        {
            while (!Volatile.Read(ref done) && torn == 0)
            {
                torn = FirstTorn((ulong*)memory);
                reading.Set();
            }
        });
        reader.Start();
        reading.Wait();
        for (int round = 0; round < Rounds; round++)
        {
            byte* source = round % 2 == 0 ? low : high;
            foreach (int length in s_lengths)
            {
                Write(stores, memory + s_destinations[round / 2 % s_destinations.Length], source, length);
            }
        }

        Volatile.Write(ref done, true);
        reader.Join();
        Assert.True(torn == 0, FormattableString.Invariant($"a word was read as 0x{torn:X16}"));
    }

    private static void Write(StoreFunctions stores, byte* destination, byte* source, int length)
    {
        foreach (StoreWay way in Kernels.Ways)
        {
            stores.Copy(destination, source, length, way);
            stores.Fill(destination, (byte)~*source, length, way);
        }
    }

    private static ulong FirstTorn(ulong* words)
    {
        for (int i = 0; i < 2048 / sizeof(ulong); i++)
        {
            ulong word = Volatile.Read(ref words[i]);
            if (word is not (0 or ulong.MaxValue))
            {
                return word;
            }
        }

        return 0;
    }
}
