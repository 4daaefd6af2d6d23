using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;
using PmemTyped.Objects.Transactions;

namespace PmemTyped.Crash.Tests;

internal enum RegionOperationKind
{
    Transfer,
    Push,
    PushMany,
    Pop,
    Replace,
    PushBlob,
    PopBlob,
    MakeArray,
    UpdateArray,
    FreeArray,
    Abort,
    AddType,
}

/// <summary>
/// One operation on the region of the crash scenarios, a transaction each. Stores go to the medium as those of a cursor
/// would.
/// </summary>
internal readonly record struct RegionOperation(RegionOperationKind Kind, long Value)
{
    internal const int Many = 20;

    /// <summary>From one account to the other: two updates in two lines.</summary>
    internal static RegionOperation Transfer(long cents) => new(RegionOperationKind.Transfer, cents);

    internal static RegionOperation Push(long value) => new(RegionOperationKind.Push, value);

    internal static RegionOperation PushMany(long value) => new(RegionOperationKind.PushMany, value);

    internal static RegionOperation Pop => new(RegionOperationKind.Pop, 0);

    /// <summary>Frees the first node and makes another, and one that it frees again.</summary>
    internal static RegionOperation Replace(long value) => new(RegionOperationKind.Replace, value);

    /// <summary>Blobs fill a chunk after four, so chunks are given to the type and back.</summary>
    internal static RegionOperation PushBlob(long value) => new(RegionOperationKind.PushBlob, value);

    internal static RegionOperation PopBlob => new(RegionOperationKind.PopBlob, 0);

    internal static RegionOperation MakeArray(long count) => new(RegionOperationKind.MakeArray, count);

    internal static RegionOperation UpdateArray(long value) => new(RegionOperationKind.UpdateArray, value);

    internal static RegionOperation FreeArray => new(RegionOperationKind.FreeArray, 0);

    /// <summary>Does a bit of everything and disposes without a commit.</summary>
    internal static RegionOperation Abort(long value) => new(RegionOperationKind.Abort, value);

    internal static RegionOperation AddType => new(RegionOperationKind.AddType, 0);

    internal void Apply<TMedium>(RegionCore<TMedium> region)
        where TMedium : struct, IPmemMedium
    {
        if (Kind == RegionOperationKind.AddType)
        {
            _ = region.TypeOf(RegionImages.Late);
            return;
        }

        TransactionLane<TMedium> lane = region.Lanes.Acquire();
        _ = lane.Begin();
        Apply(region, lane);
        if (Kind == RegionOperationKind.Abort)
        {
            lane.Abort();
        }
        else
        {
            lane.Commit();
        }

        region.Lanes.Release(lane);
    }

    internal void Apply<TMedium>(RegionCore<TMedium> region, TransactionLane<TMedium> lane)
        where TMedium : struct, IPmemMedium
    {
        var work = new RegionWork<TMedium>(region, lane);
        switch (Kind)
        {
            case RegionOperationKind.Transfer:
                work.Transfer(Value);
                break;
            case RegionOperationKind.Push:
                work.Push(RegionState.HeadField, RegionState.NodeType, Value);
                break;
            case RegionOperationKind.PushMany:
                for (int i = 0; i < Many; i++)
                {
                    work.Push(RegionState.HeadField, RegionState.NodeType, Value + i);
                }

                break;
            case RegionOperationKind.Pop:
                work.Pop(RegionState.HeadField, RegionState.NodeType);
                break;
            case RegionOperationKind.Replace:
                work.Push(RegionState.HeadField, RegionState.NodeType, Value);
                work.Pop(RegionState.HeadField, RegionState.NodeType);
                work.Pop(RegionState.HeadField, RegionState.NodeType);
                work.Push(RegionState.HeadField, RegionState.NodeType, Value);
                break;
            case RegionOperationKind.PushBlob:
                work.Push(RegionState.BlobField, RegionState.BlobType, Value);
                break;
            case RegionOperationKind.PopBlob:
                work.Pop(RegionState.BlobField, RegionState.BlobType);
                break;
            case RegionOperationKind.MakeArray:
                work.MakeArray(Value);
                break;
            case RegionOperationKind.UpdateArray:
                work.UpdateArray(Value);
                break;
            case RegionOperationKind.FreeArray:
                work.FreeArray();
                break;
            default:
                work.Transfer(Value);
                work.Pop(RegionState.HeadField, RegionState.NodeType);
                work.Push(RegionState.HeadField, RegionState.NodeType, Value);
                work.Push(RegionState.BlobField, RegionState.BlobType, Value);
                work.FreeArray();
                work.MakeArray(Value);
                break;
        }
    }
}

/// <summary>The steps of operations, in a transaction.</summary>
internal readonly struct RegionWork<TMedium>(RegionCore<TMedium> region, TransactionLane<TMedium> lane)
    where TMedium : struct, IPmemMedium
{
    internal void Transfer(long cents)
    {
        Log(region.RootOffset, 0);
        Add(RegionState.DebitField, -cents);
        Add(RegionState.CreditField, cents);
    }

    internal void Push(int field, int type, long value)
    {
        long made = lane.New(type);
        Log(region.RootOffset, 0);
        for (int i = 0; i < region.Types.Types[type].SizeBytes; i += sizeof(ulong))
        {
            region.Medium.Store64(made + i, (ulong)value);
        }

        region.Medium.Store64(made + RegionState.NextField, region.Medium.Load64(region.RootOffset + field));
        region.Medium.Store64(region.RootOffset + field, (ulong)made);
    }

    internal void Pop(int field, int type)
    {
        long head = (long)region.Medium.Load64(region.RootOffset + field);
        Log(region.RootOffset, 0);
        region.Medium.Store64(region.RootOffset + field, region.Medium.Load64(head + RegionState.NextField));
        lane.Free(head, type);
    }

    internal void MakeArray(long count)
    {
        Log(region.RootOffset, 0);
        long first = lane.NewArray(RegionState.NodeType, count);
        region.Medium.Store64(region.RootOffset + RegionState.ArrayField, (ulong)first);
        UpdateArray(count);
    }

    internal void UpdateArray(long value)
    {
        long first = (long)region.Medium.Load64(region.RootOffset + RegionState.ArrayField);
        lane.Log(first, RegionState.NodeType);
        lane.Log(first + 16, RegionState.NodeType);
        lane.PersistLog();
        region.Medium.Store64(first, (ulong)value);
        region.Medium.Store64(first + 16, (ulong)value);
    }

    internal void FreeArray()
    {
        Log(region.RootOffset, 0);
        lane.FreeArray((long)region.Medium.Load64(region.RootOffset + RegionState.ArrayField), RegionState.NodeType);
        region.Medium.Store64(region.RootOffset + RegionState.ArrayField, 0);
    }

    private void Add(int field, long cents) => region.Medium.Store64(
        region.RootOffset + field, (ulong)((long)region.Medium.Load64(region.RootOffset + field) + cents));

    private void Log(long offset, int type)
    {
        lane.Log(offset, type);
        lane.PersistLog();
    }
}
