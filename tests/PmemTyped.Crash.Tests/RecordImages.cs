using PmemTyped.Blocks;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Records;

namespace PmemTyped.Crash.Tests;

/// <summary>Typed pools that crash scenarios begin with. Only their first blocks are looked at, so that a state is quick to judge.</summary>
internal static class RecordImages
{
    /// <summary>Two pieces of a migration.</summary>
    internal const int Blocks = 80;

    /// <summary>Where there are records.</summary>
    internal static readonly int[] Written = [0, 1, 5, 70];

    /// <summary>A pool of the first version.</summary>
    internal static byte[] OfFirst { get; } = Make<FirstNote>((store, index) => store.Write(index, new FirstNote { Id = index, Length = index * 3 }));

    /// <summary>A packed pool with records in one block.</summary>
    internal static byte[] Packed { get; } = Make<SmallNote>((store, index) => store.Write(index, new SmallNote { Id = index }));

    internal static RecordStore<T, CoreBlocks<TMedium>> Open<T, TMedium>(TMedium medium, LayoutUpgrade upgrade)
        where T : unmanaged, IBlockRecord<T>
        where TMedium : struct, IPmemMedium =>
        RecordStore<T, CoreBlocks<TMedium>>.Open(new CoreBlocks<TMedium>(PoolImages.Open(medium)), adoptUntyped: false, upgrade);

    private static byte[] Make<T>(Action<RecordStore<T, CoreBlocks<RecordingMedium>>, int> write)
        where T : unmanaged, IBlockRecord<T>
    {
        var log = new StoreLog(new byte[BlockPool.MinPoolBytes]);
        BlockPoolCore<RecordingMedium>.Create(
            log.Medium, new BlockPoolFormat(PoolImages.BlockBytes, true, 1, PoolLayout.Of<T>().ToBytes()));
        RecordStore<T, CoreBlocks<RecordingMedium>> store = Open<T, RecordingMedium>(log.Medium, LayoutUpgrade.Never);
        foreach (int index in Written)
        {
            write(store, index);
        }

        return log.Medium.Window(0, (int)log.Medium.LengthBytes).ToArray();
    }
}

/// <summary>A note of a first program.</summary>
[PersistentLayout("crash.note", Version = 1)]
public partial struct FirstNote
{
    public long Id;
    public int Length;
    [Reserved] public int _reserved0;
}

/// <summary>A note of a second program.</summary>
[PersistentLayout("crash.note", Version = 2)]
public partial struct SecondNote
{
    public long Length;
    public long Id;

    [MigratesFrom(typeof(FirstNote))]
    private static void Upgrade(in FirstNote from, out SecondNote to) => to = new SecondNote { Id = from.Id, Length = from.Length };
}

/// <summary>A note of a third program.</summary>
[PersistentLayout("crash.note", Version = 3)]
public partial struct ThirdNote
{
    public long Id;
    public long Bytes;
    public long Color;

    [MigratesFrom(typeof(SecondNote))]
    private static void Upgrade(in SecondNote from, out ThirdNote to) => to = new ThirdNote { Id = from.Id, Bytes = from.Length, Color = 9 };
}

/// <summary>Many in a block.</summary>
[PersistentLayout("crash.small")]
[BlockRecord(BlockSize = 512, Pack = true)]
public partial struct SmallNote
{
    public int Id;
    public int Generation;
}
