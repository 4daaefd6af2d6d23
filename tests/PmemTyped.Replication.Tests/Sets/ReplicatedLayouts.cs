namespace PmemTyped.Replication.Tests.Sets;

/// <summary>A small record.</summary>
[PersistentLayout("test.replicated")]
public partial struct Entry
{
    public long Number;
    public long Amount;
}
