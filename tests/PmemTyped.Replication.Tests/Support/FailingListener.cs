using PmemTyped.Mapping;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>A medium whose sync fails from some moment on, and stays so.</summary>
internal sealed class FailingListener : IPersistListener
{
    internal volatile bool Fails;

    public void Flushed(long offset, long lengthBytes)
    {
    }

    public void Drained()
    {
        if (Fails)
        {
            throw new PmemFaultedException("part", new IOException("the device is gone"));
        }
    }
}
