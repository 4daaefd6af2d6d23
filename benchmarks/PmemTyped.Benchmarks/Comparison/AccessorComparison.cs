using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// What the typed layer costs over what a programmer would write without it: accessors over mapped memory beside a raw
/// pointer, payloads of records beside a copy of the struct and beside stores by hand.
/// </summary>
internal static class AccessorComparison
{
    private const int FileBytes = 64 * 1024;

    internal static void Run(string parent)
    {
        string path = Path.Combine(parent, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        try
        {
            using (PmemSource source = PmemSource.Create(path, FileBytes, UnixFileMode.UserRead | UnixFileMode.UserWrite))
            using (PmemMap map = PmemMap.Map(source))
            {
                new Gets(map).Compare("typed.accessor.get4");
                new Sets(map).Compare("typed.accessor.set4");
            }
        }
        finally
        {
            File.Delete(path);
        }

        new NarrowAndCopies().Compare("typed.codec.64.copy");
        new NarrowAndHand().Compare("typed.codec.64.hand");
        new WideAndCopies().Compare("typed.codec.512.copy");
        new WideAndHand().Compare("typed.codec.512.hand");
    }
}

/// <summary>Eight numbers, one cache line.</summary>
[PersistentLayout("benchmark.narrow", Alignment = 64)]
internal partial struct Narrow
{
    public long A;
    public long B;
    public long C;
    public long D;
    public long E;
    public long F;
    public long G;
    public long H;
}

/// <summary>Eight times as many.</summary>
[PersistentLayout("benchmark.wide", Alignment = 64)]
internal partial struct Wide
{
    public Narrow A;
    public Narrow B;
    public Narrow C;
    public Narrow D;
    public Narrow E;
    public Narrow F;
    public Narrow G;
    public Narrow H;
}
