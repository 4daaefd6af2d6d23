//// thrown exceptions are no way out
public static void Check(Persistent<Account> account, long cents)
{
    account.Balance = cents;
    if (cents < 0)
    {
        throw new ArgumentOutOfRangeException(nameof(cents));
    }

    account.Persist();
}

//// swallowed exception after the persist
public static void Import(Persistent<Account> account, Action log)
{
    try
    {
        account.Balance = 1;
        account.Persist();
        log();
    }
    catch (InvalidOperationException)
    {
    }
}

//// parse first, store then
public static void Import(Persistent<Account> account, string text)
{
    try
    {
        long value = long.Parse(text, null);
        account.Balance = value;
        account.Persist();
    }
    catch (FormatException)
    {
        Console.WriteLine("bad number");
    }
}

//// handler persists too
public static void Import(Persistent<Account> account, Func<long> read)
{
    try
    {
        account.Flags = 1;
        account.Balance = read();
        account.Persist();
    }
    catch (TimeoutException)
    {
        account.Flags = 2;
        account.Persist(Account.FieldSet.Flags);
    }
}

//// handler throws on
public static void Import(Persistent<Account> account, Func<long> read)
{
    try
    {
        account.Flags = 1;
        account.Balance = read();
        account.Persist();
    }
    catch (TimeoutException e)
    {
        throw new InvalidOperationException("late", e);
    }
}

//// finally persists
public static void Guarded(Persistent<Account> account, Action work)
{
    try
    {
        account.Flags = 1;
        work();
    }
    finally
    {
        account.Persist();
    }
}

//// finally persists what a swallowed exception leaves
public static void Guarded(Persistent<Account> account, Action work)
{
    try
    {
        try
        {
            account.Flags = 1;
            work();
        }
        finally
        {
            account.Persist();
        }
    }
    catch (InvalidOperationException)
    {
    }
}

//// flush in the inner finally, drain in the outer one
public static void Guarded(Persistent<Account> account, Action work)
{
    try
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
    finally
    {
        account.Drain();
    }
}

//// scope by declaration
public static void Scoped(Persistent<Account> account, bool isNew)
{
    using PersistScope<Account> scope = account.BeginPersist();
    account.Balance = 1;
    if (isNew)
    {
        return;
    }

    account.Id = 2;
}

//// scope by statement
public static void Scoped(Persistent<Account> account, Action work)
{
    using (account.BeginPersist())
    {
        account.Balance = 1;
        work();
        account.Id = 2;
    }
}

//// two scopes
public static void Swap(Persistent<Account> left, Persistent<Account> right)
{
    using PersistScope<Account> first = left.BeginPersist();
    using PersistScope<Account> second = right.BeginPersist();
    (left.Balance, right.Balance) = (right.Balance, left.Balance);
}

//// scope in a loop
public static void Each(PmemMapLease lease, int count, Action<int> log)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        using (account.BeginPersist())
        {
            account.Flags = i;
            log(i);
        }
    }
}

//// lock with a return
public static bool Locked(Persistent<Account> account, long cents)
{
    lock (s_gate)
    {
        if (account.Balance < cents)
        {
            return false;
        }

        account.Balance -= cents;
        account.Persist();
        return true;
    }
}

//// switch
public static void Command(Persistent<Account> account, int code, long value)
{
    switch (code)
    {
        case 1:
            account.Balance = value;
            break;
        case 2:
            account.Flags = value;
            break;
        default:
            return;
    }

    account.Persist();
}
