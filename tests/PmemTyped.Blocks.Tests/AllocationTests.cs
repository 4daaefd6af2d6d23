using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>The operations on blocks allocate nothing.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 500;

    [Theory]
    [InlineData("Read")]
    [InlineData("TryRead")]
    [InlineData("GetState")]
    [InlineData("Write")]
    [InlineData("WriteMany")]
    [InlineData("SetZero")]
    [InlineData("SetError")]
    public void An_operation_allocates_nothing(string operation)
    {
        using var directory = TempDirectory.CreateInMemory();
        using BlockPool pool = BlockPool.Create(directory.File("pool"), 512, BlockPool.MinPoolBytes);
        byte[] content = SoundPool.Content(1);
        byte[] contents = new byte[3 * content.Length];
        pool.Write(0, content);
        Action<long> run = operation switch
        {
            "Read" => _ => pool.Read(0, content),
            "TryRead" => block => pool.TryRead(block, content),
            "GetState" => block => pool.GetState(block),
            "Write" => block => pool.Write(block, content),
            "WriteMany" => block => pool.WriteMany([block, block + 1, block], contents),
            "SetZero" => block => pool.SetZero(block),
            _ => block => pool.SetError(block),
        };
        for (long block = 0; block < Rounds; block++)
        {
            run(block);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long block = 0; block < Rounds; block++)
        {
            run(Rounds + block);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
