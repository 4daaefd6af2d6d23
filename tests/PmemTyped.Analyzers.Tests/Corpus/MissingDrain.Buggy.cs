//// flush is taken for persist: PMT1002
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    account.Flush();
}

//// flush by field name: PMT1002
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    account.Flush(Account.FieldSet.Balance);
}

//// drain on one path: PMT1002
public static void Save(Persistent<Account> account, bool isLast)
{
    account.Balance = 1;
    account.Flush();
    if (isLast)
    {
        account.Drain();
    }
}

//// drain before the flush: PMT1002
public static void Save(Persistent<Account> account, Persistent<Account> other)
{
    other.Balance = 2;
    other.Flush();
    account.Balance = 1;
    other.Drain();
    account.Flush();
}

//// loop of flushes without a drain: PMT1002
public static void Save(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Flags = i;
        account.Flush();
    }
}

//// return between flush and drain: PMT1002
public static bool Save(Persistent<Account> account, long cents)
{
    account.Balance = cents;
    account.Flush();
    if (cents == 0)
    {
        return false;
    }

    account.Drain();
    return true;
}

//// finally flushes only: PMT1002
public static void Save(Persistent<Account> account, Action work)
{
    try
    {
        account.Flags = 1;
        work();
    }
    finally
    {
        account.Flush();
    }
}

//// buffer flushed only: PMT1002
public static void Save(Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Data.CopyFrom(data);
    node.Data.Flush();
}

//// nested layout flushed only: PMT1002
public static void Save(Persistent<Node> node)
{
    Persistent<Point> at = node.At;
    at.X = 1;
    at.Flush();
}

//// callee flushes by contract: PMT1002
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Out.Flush(account);
}

//// private callee flushes: PMT1002
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Push(account);
}

private static void Push(Persistent<Account> account) => account.Flush();

//// swallowed exception before the drain: PMT1002
public static void Save(Persistent<Account> account, Action log)
{
    try
    {
        account.Balance = 1;
        account.Flush();
        log();
        account.Drain();
    }
    catch (InvalidOperationException)
    {
    }
}

//// lambda flushes only: PMT1002
public static Setter Make() => account =>
{
    account.Balance = 1;
    account.Flush();
};

//// one of two objects flushed only: PMT1002
public static void Save(Persistent<Account> left, Persistent<Account> right, bool isLeft)
{
    Persistent<Account> one = isLeft ? left : right;
    one.Balance = 1;
    one.Flush();
}

//// publish flushed only: PMT1002
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist();
    account.Sequence++;
    account.Flush(Account.FieldSet.Sequence);
}
