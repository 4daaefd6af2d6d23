//// deconstruction into two objects: PMT1001
public static void Exchange(Persistent<Account> left, Persistent<Account> right)
{
    (left.Balance, right.Balance) = (right.Balance, left.Balance);
    left.Persist();
}

//// conditional value: PMT1001
public static void Round(Persistent<Account> account, bool up)
{
    account.Balance = up ? account.Balance + 1 : account.Balance - 1;
}

//// default when nothing is given: PMT1001
public static void Limit(Persistent<Account> account, long? limit)
{
    account.Flags = limit ?? 100;
}

//// whole object stored: PMT1001
public static void Copy(Persistent<Node> from, Persistent<Node> to)
{
    to.StoreAll(from.Value);
}

//// whole object stored, one field flushed: PMT1001
public static void Copy(Persistent<Node> from, Persistent<Node> to)
{
    to.StoreAll(from.Value);
    to.Persist(Node.FieldSet.Key);
}

//// publish field left in the cache: PMT1001
public static void Publish(Persistent<Account> account)
{
    account.Id = 1;
    account.Persist();
    account.Sequence++;
}

//// finally flushes another field: PMT1001
public static void Guarded(Persistent<Account> account, Action work)
{
    try
    {
        account.Flags = 1;
        work();
    }
    finally
    {
        account.Persist(Account.FieldSet.Balance);
    }
}

//// lock is no persist: PMT1001
public static void Locked(Persistent<Account> account)
{
    lock (s_gate)
    {
        account.Balance++;
    }
}

//// return inside a lock: PMT1001
public static bool Locked(Persistent<Account> account, long cents)
{
    lock (s_gate)
    {
        account.Balance -= cents;
        if (account.Balance < 0)
        {
            return false;
        }

        account.Persist();
        return true;
    }
}

//// while loop with a way out: PMT1001
public static void Poll(Persistent<Account> account, Func<bool> isDone)
{
    while (true)
    {
        account.Flags++;
        if (isDone())
        {
            return;
        }

        account.Persist();
    }
}

//// do loop flushes before the last store: PMT1003,PMT1001
public static void Drain(Persistent<Account> account)
{
    do
    {
        account.Persist();
        account.Balance--;
    }
    while (account.Balance > 0);
}

//// property setter: PMT1001
public long Stored
{
    get => 0;
    set
    {
        using scoped PmemMapLease lease = s_map.Lease();
        Persistent<Account> account = lease.At<Account>(0);
        account.Balance = value;
    }
}

//// constructor: PMT1001
public Case(PmemMap map)
{
    using scoped PmemMapLease lease = map.Lease();
    Persistent<List> list = lease.At<List>(0);
    list.Head = 0;
    list.Count = 0;
}

//// generic writer: PMT1001
public static void Put<T>(PmemMapLease lease, long offset, in T value)
    where T : unmanaged, IPersistentLayout<T>
{
    lease.At<T>(offset).StoreAll(in value);
}

//// cursor in a ref struct: PMT1001
public ref struct Writer
{
    private Persistent<Account> _account;

    public Writer(Persistent<Account> account) => _account = account;

    public void Add(long cents) => _account.Balance += cents;
}

//// switch expression as value: PMT1001
public static void Grade(Persistent<Account> account, int points)
{
    account.Flags = points switch
    {
        > 90 => 1,
        > 50 => 2,
        _ => 3,
    };
}

//// foreach over records: PMT1001
public static void Load(Persistent<Account> account, IEnumerable<long> deltas)
{
    foreach (long delta in deltas)
    {
        account.Balance += delta;
    }
}

//// flag after the work: PMT1003,PMT1001
public static void Work(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist();
    account.Flags = 1;
}

//// nested using, inner scope of other object: PMT1001
public static void Two(Persistent<Account> left, Persistent<Account> right)
{
    using (left.BeginPersist())
    {
        left.Id = 1;
        right.Id = 1;
    }
}

//// object reached by a helper: PMT1001
public static void Reach(PmemMapLease lease)
{
    Persistent<Account> account = Find(lease, 3);
    account.Id = 9;
}

private static Persistent<Account> Find(PmemMapLease lease, int index) => lease.At<Account>(index * 128);

//// private method only used as a delegate: PMT1001
public static Setter AsDelegate() => Zero;

private static void Zero(Persistent<Account> account) => account.Balance = 0;

//// two cursors to one object, the wrong one assumed: PMT1001
public static void Twice(PmemMapLease lease, long offset)
{
    Persistent<Account> first = lease.At<Account>(offset);
    Persistent<Account> second = lease.At<Account>(offset + 128);
    first.Id = 1;
    second.Id = 2;
    second.Persist();
}

//// flush only when something changed, test inverted: PMT1001
public static void Update(Persistent<Account> account, long balance)
{
    bool isSame = account.Balance == balance;
    account.Balance = balance;
    if (isSame)
    {
        account.Persist();
    }
}

//// exception in a nested try is swallowed outside: PMT1001
public static void Nested(Persistent<Account> account, Action work)
{
    try
    {
        account.Id = 1;
        try
        {
            work();
        }
        finally
        {
            Console.WriteLine("done");
        }

        account.Persist();
    }
    catch (InvalidOperationException)
    {
    }
}

//// field set chosen by condition, one field missing: PMT1001
public static void Some(Persistent<Account> account)
{
    const Account.FieldSet Changed = Account.FieldSet.Id | Account.FieldSet.Flags;
    account.Id = 1;
    account.Balance = 2;
    account.Flags = 3;
    account.Persist(Changed);
}

//// private partial method flushes another field: PMT1001
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Finish(account);
}

private static partial void Finish(Persistent<Account> account);

private static partial void Finish(Persistent<Account> account) => account.Persist(Account.FieldSet.Balance);

//// private member of an extension block leaves a store: PMT1001
}

static class Blocks
{
    extension(Persistent<Account> account)
    {
        private void Fill(long id) => account.Id = id;
    }

    public static void Save(Persistent<Account> account) => account.Fill(1);

//// extension block leaves its receiver, nobody persists: PMT1001
}

static class Blocks
{
    extension([LeavesUnpersisted] Persistent<Account> account)
    {
        public void Fill(long id) => account.Id = id;
    }

    extension(Persistent<Node> node)
    {
        public void Fill(long key)
        {
            node.Key = key;
            node.Persist(Node.FieldSet.Key);
        }
    }

    public static void Save(Persistent<Account> account, Persistent<Node> node)
    {
        account.Fill(2);
        node.Fill(1);
    }
