using BenchmarkDotNet.Running;
using PmemTyped.Benchmarks.Comparison;

namespace PmemTyped.Benchmarks;

/// <summary>
/// <c>compare blocks|mapping|replication|sets|typed [--dir PATH]</c> measures against PMDK's libraries in this process,
/// <c>compare generator</c> against compiling what was generated; <c>compare replication --only TEXT</c> measures the rows whose
/// name has that text. Everything else goes to BenchmarkDotNet, which measures time and allocations of ours alone.
/// </summary>
internal static class Program
{
    private const int Usage = 1;
    private const int PeerMissing = 2;

    // Where lines are written back, storage would only be noise.
    private static string InMemory => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    internal static int Main(string[] arguments)
    {
        if (arguments is ["replication-target", string served])
        {
            ReplicationTarget.Serve(served);
            return 0;
        }

        if (arguments is not ["compare", ..])
        {
            _ = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
            return 0;
        }

        string? directory = null;
        string? what = arguments.Length > 1 ? arguments[1] : null;
        if (arguments is [_, _, "--dir", string given])
        {
            directory = given;
        }

        string? only = arguments is [_, "replication", "--only", string text] ? text : null;
        try
        {
            switch (what)
            {
                case "blocks" when arguments.Length is 2 or 4:
                    BlockComparison.Run(directory ?? Path.GetTempPath());
                    return 0;
                case "mapping" when arguments.Length is 2 or 4:
                    MappingComparison.Run(directory ?? InMemory);
                    return 0;
                case "replication" when arguments.Length is 2 or 4:
                    ReplicationComparison.Run(directory ?? InMemory, only);
                    return 0;
                case "sets" when arguments.Length is 2 or 4:
                    SetComparison.Run(directory ?? InMemory);
                    return 0;
                case "typed" when arguments.Length is 2 or 4:
                    TypedComparison.Run(directory ?? InMemory);
                    return 0;
                case "generator" when arguments.Length is 2:
                    GeneratorComparison.Run();
                    return 0;
                default:
                    Console.Error.WriteLine(
                        "usage: compare blocks|mapping|replication|sets|typed [--dir PATH], compare replication --only TEXT, compare generator");
                    return Usage;
            }
        }
        catch (DllNotFoundException missing)
        {
            Console.Error.WriteLine(
                $"The peer is missing, nothing was compared: {missing.Message.Split(" or one of")[0]}. "
                + "Install the Debian packages libpmemblk1, libpmem1 and libpmemobj-dev.");
            return PeerMissing;
        }
    }
}
