//// lease scoped
public static void Use(PmemMap map)
{
    using scoped PmemMapLease lease = map.Lease();
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account.Persist();
}

//// lease scoped with var
public static long Use(PmemMap map)
{
    using scoped var lease = map.Lease();
    return lease.ReadAt<Account>(0).Balance;
}

//// lease as parameter
public static long Use(PmemMapLease lease) => lease.ReadAt<Account>(0).Balance;

//// disposed at the end
public static void Late(PmemMap map)
{
    scoped PmemMapLease lease = map.Lease();
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account.Persist();
    lease.Dispose();
}

//// disposed on one path
public static void Late(PmemMap map, bool isShort)
{
    scoped PmemMapLease lease = map.Lease();
    if (isShort)
    {
        lease.Dispose();
        return;
    }

    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account.Persist();
    lease.Dispose();
}

//// map disposed while the lease is held
public static void Keep(PmemMap map)
{
    using scoped PmemMapLease lease = map.Lease();
    map.Dispose();
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account.Persist();
}

//// await between two leases
public static async Task SaveAsync(PmemMap map)
{
    Store(map, 1);
    await Out.Later();
    Store(map, 2);
}

private static void Store(PmemMap map, long value)
{
    using scoped PmemMapLease lease = map.Lease();
    Persistent<Account> account = lease.At<Account>(0);
    account.Balance = value;
    account.Persist();
}

//// await after the persist
public static async Task SaveAsync(PmemMap map)
{
    {
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Account> account = lease.At<Account>(0);
        account.Balance = 1;
        account.Persist();
    }

    await Out.Later();
}

//// yield after the persist
public static IEnumerable<int> Numbers(PmemMap map)
{
    for (int i = 0; i < 3; i++)
    {
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<List> list = lease.At<List>(0);
            list.Count = i;
            list.Persist();
        }

        yield return i;
    }
}

//// status tested
public static long Read(BlockPool<Account> pool) =>
    pool.TryRead(7, out Account account) == BlockRecordStatus.Ok ? account.Balance : 0;

//// status kept
public static BlockRecordStatus Read(BlockPool<Account> pool, out long balance)
{
    BlockRecordStatus status = pool.TryRead(7, out Account account);
    balance = account.Balance;
    return status;
}

//// status discarded on purpose
public static long Read(BlockPool<Account> pool)
{
    _ = pool.TryRead(7, out Account account);
    return account.Balance;
}

//// record written by its pool
public static void Write(BlockPool<Account> pool, Account account) => pool[7] = account;

//// block of plain bytes
public static void Write(PmemTyped.Blocks.BlockPool blocks, byte[] bytes) => blocks.Write(7, bytes);

//// read-only cursor
public static long Read(ReadOnlyPersistent<Account> account) => account.Value.Balance + account.Flags;

//// second flush is useful on one path
public static void Save(Persistent<Account> account, bool isNew)
{
    if (isNew)
    {
        account.Id = 1;
        account.Persist();
    }

    account.Persist();
}

//// flush at entry is not redundant
public static void Save(Persistent<Account> account) => account.Persist();

//// flush in a loop after a store
public static void Save(Persistent<Account> account, int[] values, Action<int> acknowledge)
{
    foreach (int value in values)
    {
        account.Balance += value;
        account.Persist(Account.FieldSet.Balance);
        acknowledge(value);
    }
}

//// two lines flushed one after the other
public static void Save(Persistent<Page> page)
{
    page.Number = 1;
    page.Persist(Page.FieldSet.Number);
    page.Body.Fill(1);
    page.Persist(Page.FieldSet.Body);
}

//// chunk of the last state is flushed again through another cursor
public static void Twice(Persistent<Account> left, Persistent<Account> right)
{
    left.Persist();
    right.Balance = 1;
    left.Persist();
    right.Persist();
}

//// endless service loop
public static void Serve(Persistent<Account> account, Func<long> next)
{
    while (true)
    {
        account.Balance = next();
        account.Persist();
    }
}

//// do loop
public static void Retry(Persistent<Account> account, Func<bool> isDone)
{
    do
    {
        account.Flags++;
        account.Persist(Account.FieldSet.Flags);
    }
    while (!isDone());
}

//// goto back
public static void Again(Persistent<Account> account, int times)
{
again:
    account.Flags++;
    if (times-- > 0)
    {
        goto again;
    }

    account.Persist();
}

//// flag by condition
public static void Update(Persistent<Account> account, long balance)
{
    if (account.Balance != balance)
    {
        account.Balance = balance;
        account.Persist();
    }
}
