//// torn group: PMT1006
public static void Book(Persistent<Transfer> transfer, long cents)
{
    transfer.Debit = cents;
    transfer.Credit = cents;
    transfer.Persist();
}

//// torn group with a persist between: PMT1006
public static void Book(Persistent<Transfer> transfer, long cents)
{
    transfer.Debit = cents;
    transfer.Persist();
    transfer.Credit = cents;
    transfer.Persist();
}

//// whole store over a publish field: PMT1007
public static void Replace(Persistent<Account> account, Account value)
{
    account.StoreAll(value);
    account.Persist();
}

//// await with a store open: PMT1008
public static async Task SaveAsync(PmemMap map)
{
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.At<Node>(0).StoreAll(default);
    }

    await Out.Later();
}

//// await with a flush open: PMT1008
public static async Task SaveAsync(PmemMap map)
{
    {
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Account> account = lease.At<Account>(0);
        account.Balance = 1;
        account.Flush();
    }

    await Out.Later();
}

//// yield with a store open: PMT1008
public static IEnumerable<int> Numbers(PmemMap map)
{
    for (int i = 0; i < 3; i++)
    {
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<List> list = lease.At<List>(0);
            list.Count = i;
        }

        yield return i;
    }
}

//// promise kept on one path: PMT1011
public static void Finish([Persists] Persistent<Account> account, bool isDirty)
{
    if (isDirty)
    {
        account.Persist();
    }
}

//// promise for two fields, one kept: PMT1011
public static void Finish([Persists("Id", "Balance")] Persistent<Account> account) => account.Persist(Account.FieldSet.Id);

//// implementation promises less: PMT1012
public interface ISaver
{
    void Save([Persists] Persistent<Account> account);
}

public sealed class Saver : ISaver
{
    public void Save(Persistent<Account> account) => account.Persist();
}

//// reference given away: PMT1013
#pragma warning disable PMT3007
public static void Raw(Persistent<Account> account)
{
    Out.Raw(ref account.DangerousValue.Id);
    account.Persist();
}

//// lease without scoped: PMT3001
public static long Read(PmemMap map)
{
    using PmemMapLease lease = map.Lease();
    return lease.LengthBytes;
}

//// used after the lease: PMT3002
public static void Late(PmemMap map)
{
    scoped PmemMapLease lease = map.Lease();
    Persistent<Account> account = lease.At<Account>(0);
    lease.Dispose();
    account.Id = 1;
    account.Persist();
}

//// read-only reference made writable: PMT3003
public static void Cheat(ReadOnlyPersistent<Account> account)
{
    Unsafe.AsRef(in account.Value).Id = 1;
}

//// string hash as key: PMT3004
public static void Key(Persistent<Node> node, string name)
{
    node.Key = name.GetHashCode();
    node.Persist();
}

//// tick count as time: PMT3004
public static void Stamp(Persistent<Account> account)
{
    account.Flags = Environment.TickCount64;
    account.Persist();
}

//// combined hash through a local: PMT3004
public static void Key(Persistent<Node> node, string first, string last)
{
    int hash = HashCode.Combine(first, last);
    node.Key = hash;
    node.Persist();
}

//// default cursor: PMT3006
public static void Nowhere()
{
    Persistent<Account> account = default;
    account.Id = 1;
    account.Persist();
}

//// change made to a copy: PMT3008
public static void Rename(Persistent<Account> account)
{
    var copy = account.Value;
    copy.Balance = 0;
    account.Persist();
}

//// copy incremented: PMT3008
public static void Rename(Persistent<Node> node)
{
    Node copy = node.Value;
    copy.Key++;
    copy.Next = 0;
}

//// status ignored: PMT5002
public static long Read(BlockPool<Account> pool)
{
    pool.TryRead(7, out Account account);
    return account.Balance;
}

//// record without header: PMT5005
public static void Write(PmemTyped.Blocks.BlockPool blocks, Account account)
{
    blocks.Write(7, MemoryMarshal.AsBytes(new ReadOnlySpan<Account>(in account)));
}

//// hash in a record of a transaction: PMT3004
public static void Save(PersistentRegion region, string name)
{
    using scoped PersistentTransaction transaction = region.BeginTransaction();
    _ = transaction.New(new Account { Id = name.GetHashCode() });
    transaction.Commit();
}

//// hash made positive: PMT3004
public static void Save(Persistent<Account> account, string name)
{
    account.Id = Math.Abs((long)name.GetHashCode());
    account.Persist();
}
