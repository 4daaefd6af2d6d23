namespace PmemTyped.Objects.Tests.Records;

// Programs of different age, in one test project.
#pragma warning disable PMT0017

/// <summary>Small records, many in a block.</summary>
[PersistentLayout("packed.point", Version = 1)]
[BlockRecord(BlockSize = 512, Pack = true)]
public partial struct Point
{
    public int X;
    public int Y;
}

/// <summary>As large, with a step.</summary>
[PersistentLayout("packed.point", Version = 2)]
[BlockRecord(BlockSize = 512, Pack = true)]
public partial struct FlippedPoint
{
    public int Y;
    public int X;

    [MigratesFrom(typeof(Point))]
    private static void Upgrade(in Point from, out FlippedPoint to) => to = new FlippedPoint { X = from.X, Y = from.Y };
}

/// <summary>Too large for the room that a point has in its block.</summary>
[PersistentLayout("packed.point", Version = 2)]
[BlockRecord(BlockSize = 512, Pack = true)]
public partial struct Point3D
{
    public int X;
    public int Y;
    public int Z;
    [Reserved] public int _reserved0;
}

/// <summary>The same layout, one record in each block.</summary>
[PersistentLayout("packed.point", Version = 1)]
public partial struct UnpackedPoint
{
    public int X;
    public int Y;
}
#pragma warning restore PMT0017
