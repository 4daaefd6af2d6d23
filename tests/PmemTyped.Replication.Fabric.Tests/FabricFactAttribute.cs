using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>A fact that compiles against the headers of libfabric, skipped aloud where they or gcc are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FabricFactAttribute : FactAttribute
{
    private const string Header = "/usr/include/rdma/fabric.h";

    public FabricFactAttribute()
    {
        bool hasCompiler = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(d => File.Exists(Path.Combine(d, "gcc")));
        Skip = hasCompiler && File.Exists(Header)
            ? FabricLibrary.TryLoad(FabricLibrary.FileName, out string? refusal) is null ? refusal : null
            : $"gcc or {Header} (Debian: libfabric-dev) is not installed here.";
    }
}
