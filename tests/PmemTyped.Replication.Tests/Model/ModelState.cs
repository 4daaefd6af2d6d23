namespace PmemTyped.Replication.Tests.Model;

/// <summary>Everything there is in a moment: three copies with what is durable and what is in memory, and the links.</summary>
internal sealed class ModelState
{
    internal const int Count = 3;
    internal const int NoWrite = -1;

    private ModelState()
    {
    }

    internal ModelNode[] Nodes { get; private init; } = [];

    /// <summary>Gets the links between copies i and j at bit i + j - 1.</summary>
    internal int Links { get; set; } = 0b111;

    /// <summary>Gets the writes that were acknowledged, as bits.</summary>
    internal int Acknowledged { get; set; }

    /// <summary>Gets, for each write, what its primary held before it.</summary>
    internal int[] Before { get; private init; } = [];

    internal int Writes { get; set; }

    internal int Generations { get; set; } = 1;

    /// <summary>Gets how much is still to happen of each kind.</summary>
    internal ModelBudget Budget { get; set; }

    internal List<(ulong Epoch, int Writer)> Epochs { get; private init; } = [];

    internal static ModelState Of(ReplicaMetadata[] metadata, ModelBudget budget, int writes) => new()
    {
        Nodes = [.. metadata.Select(m => new ModelNode { Metadata = m })],
        Before = new int[writes],
        Budget = budget,
    };

    internal ModelState Copy() => new()
    {
        Nodes = [.. Nodes.Select(n => n.Copy())],
        Links = Links,
        Acknowledged = Acknowledged,
        Before = (int[])Before.Clone(),
        Writes = Writes,
        Generations = Generations,
        Budget = Budget,
        Epochs = [.. Epochs],
    };

    internal bool IsLinked(int a, int b) => (Links & (1 << (a + b - 1))) != 0;

    /// <summary>A fingerprint of 128 bits.</summary>
    internal UInt128 ToKey()
    {
        var key = new ModelKey();
        key.Add((uint)Links, (uint)Acknowledged, (uint)Writes, (uint)Generations);
        key.Add(Budget.Cuts, Budget.Crashes, Budget.Promotions, Budget.Opens);
        key.Add((uint)Budget.Syncs, (uint)Budget.Forces);
        foreach (int before in Before)
        {
            key.Add((uint)before);
        }

        foreach ((ulong epoch, int writer) in Epochs)
        {
            key.Add((uint)epoch, (uint)writer);
        }

        foreach (ModelNode node in Nodes)
        {
            node.AddTo(ref key);
        }

        return key.Value;
    }
}

/// <summary>How much may still happen.</summary>
internal readonly record struct ModelBudget(uint Cuts, uint Crashes, uint Promotions, uint Opens, int Syncs, int Forces);

/// <summary>One copy: durable are metadata, content and bitmaps; the rest is in memory.</summary>
internal sealed class ModelNode
{
    internal ReplicaMetadata Metadata { get; set; }

    /// <summary>Gets which writes the content has, as bits; each has a region of its own.</summary>
    internal int Data { get; set; }

    /// <summary>Gets, for each other copy, the regions that it missed.</summary>
    internal int[] Missed { get; private init; } = new int[ModelState.Count];

    internal bool IsUp { get; set; } = true;

    internal bool IsWriter { get; set; }

    internal ulong Epoch { get; set; }

    /// <summary>Gets the attached copies, by bit of their number.</summary>
    internal ulong Attached { get; set; }

    internal int Pending { get; set; } = ModelState.NoWrite;

    internal ulong Delivered { get; set; }

    /// <summary>Gets which copy is brought up to date, from 0; -1 for none.</summary>
    internal int Syncing { get; set; } = -1;

    internal bool IsReturned { get; set; }

    /// <summary>Gets what the metadata become when all members have the new generation.</summary>
    internal ReplicaMetadata? Next { get; set; }

    internal ModelNode Copy() => new()
    {
        Metadata = Metadata,
        Data = Data,
        Missed = (int[])Missed.Clone(),
        IsUp = IsUp,
        IsWriter = IsWriter,
        Epoch = Epoch,
        Attached = Attached,
        Pending = Pending,
        Delivered = Delivered,
        Syncing = Syncing,
        IsReturned = IsReturned,
        Next = Next,
    };

    /// <summary>What a process forgets that ends.</summary>
    internal void Forget()
    {
        IsWriter = false;
        Epoch = 0;
        Attached = 0;
        Pending = ModelState.NoWrite;
        Delivered = 0;
        Syncing = -1;
        IsReturned = false;
        Next = null;
    }

    internal void AddTo(ref ModelKey key)
    {
        Add(ref key, Metadata);
        key.Add((uint)Data, (IsUp ? 1u : 0) | (IsWriter ? 2u : 0) | (IsReturned ? 4u : 0) | (Next is null ? 0 : 8u), (uint)Epoch, (uint)Attached);
        key.Add((uint)Missed[0], (uint)Missed[1], (uint)Missed[2], (uint)Pending);
        key.Add((uint)Delivered, (uint)Syncing);
        if (Next is { } next)
        {
            Add(ref key, next);
        }
    }

    private static void Add(ref ModelKey key, in ReplicaMetadata metadata)
    {
        key.Add(Small(metadata.Generation), Small(metadata.Previous), Small(metadata.BeforePrevious), Small(metadata.BitmapBase));
        key.Add((uint)metadata.PromisedEpoch, (uint)metadata.Role, (uint)metadata.Away, (metadata.IsClean ? 1u : 0) | (metadata.IsForced ? 2u : 0));
    }

    private static uint Small(Guid generation)
    {
        Span<byte> bytes = stackalloc byte[16];
        generation.TryWriteBytes(bytes);
        return BitConverter.ToUInt32(bytes);
    }
}

/// <summary>Two independent sums of a sequence of numbers.</summary>
internal struct ModelKey
{
    private ulong _first = 0x9E37_79B9_7F4A_7C15;
    private ulong _second = 0xC2B2_AE3D_27D4_EB4F;

    public ModelKey()
    {
    }

    internal readonly UInt128 Value => new(_first, _second);

    internal void Add(params ReadOnlySpan<uint> values)
    {
        foreach (uint value in values)
        {
            _first = (ulong.RotateLeft(_first, 5) ^ value) * 0x9DDF_EA08_EB38_2D69;
            _second = (ulong.RotateLeft(_second, 29) + value) * 0xFF51_AFD7_ED55_8CCD;
            _second ^= _second >> 33;
        }
    }
}
