//// deposit
public static void Deposit(Persistent<Account> account, long cents)
{
    account.Balance += cents;
    account.Persist();
}

//// two fields by name
public static void Open(Persistent<Account> account, long id)
{
    account.Id = id;
    account.Flags = 1;
    account.Persist(Account.FieldSet.Id | Account.FieldSet.Flags);
}

//// fields by name in two steps, in order
public static void Open(Persistent<Account> account, long id)
{
    account.Id = id;
    account.Persist(Account.FieldSet.Id);
    account.Flags = 1;
    account.Persist(Account.FieldSet.Flags);
}

//// early return before the store
public static bool Withdraw(Persistent<Account> account, long cents)
{
    if (account.Balance < cents)
    {
        return false;
    }

    account.Balance -= cents;
    account.Persist();
    return true;
}

//// early return after the persist
public static bool Withdraw(Persistent<Account> account, long cents)
{
    account.Balance -= cents;
    account.Persist();
    if (account.Balance < 0)
    {
        return false;
    }

    return true;
}

//// both sides, one drain
public static void Move(Persistent<Account> from, Persistent<Account> to, long cents)
{
    from.Balance -= cents;
    to.Balance += cents;
    from.Flush();
    to.Flush();
    to.Drain();
}

//// persists on both branches
public static void Close(Persistent<Account> account, bool isEmpty)
{
    account.Flags |= 4;
    if (isEmpty)
    {
        account.Id = 0;
        account.Persist();
    }
    else
    {
        account.Persist(Account.FieldSet.Flags);
    }
}

//// loop of flushes, one drain
public static void Reset(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Flags = 0;
        account.Flush();
    }

    lease.Drain();
}

//// loop of stores, one range
public static void Reset(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Flags = 0;
    }

    lease.Persist(0, count * 128);
}

//// continue before the store
public static void Interest(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        if (account.Balance < 100)
        {
            continue;
        }

        account.Balance += account.Balance / 100;
        account.Flush(Account.FieldSet.Balance);
    }

    lease.Drain();
}

//// break after the persist
public static void FirstFree(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        if (account.Id == 0)
        {
            account.Id = i + 1;
            account.Persist();
            break;
        }
    }
}
