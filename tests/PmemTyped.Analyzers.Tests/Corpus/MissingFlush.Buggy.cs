//// deposit forgets the persist: PMT1001
public static void Deposit(Persistent<Account> account, long cents)
{
    account.Balance += cents;
}

//// two fields, the second is not flushed: PMT1001
public static void Open(Persistent<Account> account, long id)
{
    account.Id = id;
    account.Flags = 1;
    account.Persist(Account.FieldSet.Id);
}

//// early return on a limit: PMT1001
public static bool Withdraw(Persistent<Account> account, long cents)
{
    account.Balance -= cents;
    if (account.Balance < 0)
    {
        return false;
    }

    account.Persist();
    return true;
}

//// other side of a transfer: PMT1001
public static void Move(Persistent<Account> from, Persistent<Account> to, long cents)
{
    from.Balance -= cents;
    to.Balance += cents;
    from.Persist();
}

//// only the happy branch persists: PMT1001
public static void Close(Persistent<Account> account, bool isEmpty)
{
    account.Flags |= 4;
    if (isEmpty)
    {
        account.Id = 0;
        account.Persist();
    }
}

//// loop that never flushes: PMT1001
public static void Reset(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Flags = 0;
    }
}

//// continue skips the flush: PMT1001
public static void Interest(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Balance += account.Balance / 100;
        if (account.Balance < 100)
        {
            continue;
        }

        account.Persist();
    }
}

//// break leaves the loop before the flush: PMT1001
public static void FirstFree(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        if (account.Id == 0)
        {
            account.Id = i + 1;
            break;
        }
    }
}

//// swallowed exception: PMT1001
public static void Import(Persistent<Account> account, string text)
{
    try
    {
        account.Id = 1;
        account.Balance = long.Parse(text, null);
        account.Persist();
    }
    catch (FormatException)
    {
        Console.WriteLine("bad number");
    }
}

//// exception filter swallows one kind: PMT1001
public static void Import(Persistent<Account> account, Func<long> read)
{
    try
    {
        account.Flags = 2;
        account.Balance = read();
        account.Persist();
    }
    catch (Exception e) when (e is TimeoutException)
    {
    }
}

//// handler stores and forgets: PMT1001
public static void Import(Persistent<Account> account, Func<long> read)
{
    try
    {
        account.Balance = read();
        account.Persist();
    }
    catch (TimeoutException)
    {
        account.Flags = 8;
    }
}

//// switch arm without flush: PMT1001
public static void Command(Persistent<Account> account, int code, long value)
{
    switch (code)
    {
        case 1:
            account.Balance = value;
            account.Persist();
            break;
        case 2:
            account.Flags = value;
            break;
    }
}

//// buffer filled, object id flushed: PMT1001
public static void Write(Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Data.CopyFrom(data);
    node.Persist(Node.FieldSet.Key);
}

//// buffer local without flush: PMT1001
public static void Clear(Persistent<Node> node)
{
    PersistentSpan<byte> data = node.Data;
    data.Clear();
    node.Persist(Node.FieldSet.Next | Node.FieldSet.Key);
}

//// one element of a buffer: PMT1001
public static void Mark(Persistent<Node> node, int index)
{
    node.Data.Set(index, 1);
}

//// nested layout without flush: PMT1001
public static void MoveTo(Persistent<Node> node, int x, int y)
{
    Persistent<Point> at = node.At;
    at.X = x;
    at.Y = y;
}

//// nested layout, half flushed: PMT1001
public static void MoveTo(Persistent<Node> node, int x, int y)
{
    Persistent<Point> at = node.At;
    at.X = x;
    at.Y = y;
    at.Persist(Point.FieldSet.X);
}

//// through a reference: PMT1001
#pragma warning disable PMT3007
public static void Touch(Persistent<Account> account)
{
    ref Account value = ref account.DangerousValue;
    value.Flags = 1;
    value.Balance = 2;
}

//// through a reference to one field: PMT1001
#pragma warning disable PMT3007
public static void Count(Persistent<Node> node)
{
    ref long key = ref node.DangerousValue.Key;
    key++;
    node.Persist(Node.FieldSet.Next);
}

//// interlocked and forgotten: PMT1001
#pragma warning disable PMT3007
public static long Next(Persistent<List> list)
{
    return System.Threading.Interlocked.Increment(ref list.DangerousValue.Count);
}

//// second name of a cursor: PMT1001
public static void Both(Persistent<Account> account)
{
    Persistent<Account> same = account;
    same.Id = 4;
    account.Persist(Account.FieldSet.Balance);
}

//// one of two objects: PMT1001
public static void Pick(Persistent<Account> left, Persistent<Account> right, bool isLeft)
{
    Persistent<Account> chosen = isLeft ? left : right;
    chosen.Balance = 0;
}

//// scope of the wrong object: PMT1001
public static void Swap(Persistent<Account> left, Persistent<Account> right)
{
    using PersistScope<Account> scope = left.BeginPersist();
    long kept = left.Balance;
    left.Balance = right.Balance;
    right.Balance = kept;
}

//// store in a lambda: PMT1001
public static Setter Make() => account => account.Balance = 0;

//// store in a local function: PMT1001
public static void Outer(Persistent<Account> account)
{
    Zero(account);

    static void Zero(Persistent<Account> inner) => inner.Balance = 0;
}

//// private method leaves it to a caller that forgets: PMT1001
public static void Freeze(Persistent<Account> account) => Flag(account, 16);

private static void Flag(Persistent<Account> account, long bit) => account.Flags |= bit;

//// private method persists on one path only: PMT1001
public static void Save(Persistent<Account> account, bool isUrgent)
{
    account.Balance = 3;
    Finish(account, isUrgent);
}

private static void Finish(Persistent<Account> account, bool isUrgent)
{
    if (isUrgent)
    {
        account.Persist();
    }
}

//// callee leaves a field by contract: PMT1001
public static void Fill(Persistent<Account> account)
{
    Out.FillId(account);
    account.Persist(Account.FieldSet.Balance);
}

//// object that is taken and dropped: PMT1001
public static void First(PmemMapLease lease)
{
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account = lease.At<Account>(128);
    account.Id = 2;
    account.Persist();
}

//// goto past the flush: PMT1001
public static void Retry(Persistent<Account> account, int times)
{
again:
    account.Flags++;
    if (times-- > 0)
    {
        if (account.Flags == 7)
        {
            goto done;
        }

        goto again;
    }

    account.Persist();
done:
    Console.WriteLine(account.Flags);
}
