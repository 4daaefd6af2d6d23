using System.Globalization;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>Where a listener listens.</summary>
internal static class Places
{
    extension(IReplicaListener listener)
    {
        internal int Port => int.Parse(listener.Name.Split(':')[^1], CultureInfo.InvariantCulture);
    }
}
