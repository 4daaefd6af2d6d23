using PmemTyped;

namespace Ledger;

/// <summary>What lives in the pool: one account in each block. The generator writes the rest of the struct.</summary>
[PersistentLayout("ledger.account")]
public partial struct Account
{
    public long Number;
    public long BalanceCents;
    public long LastTransfer;
    public OwnerName Owner;
}

[Utf8Text(40)]
public partial struct OwnerName;
