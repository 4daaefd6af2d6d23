//// persisted twice: PMT2001
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist();
    account.Persist();
}

//// flushed again by the caller of a contract: PMT2001
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Out.Persist(account);
    account.Persist();
}

//// same field twice: PMT2001
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist(Account.FieldSet.Balance);
    account.Flush(Account.FieldSet.Balance);
    account.Drain();
}

//// persisted on both branches and after: PMT2001
public static void Save(Persistent<Account> account, bool isNew)
{
    account.Balance = 1;
    if (isNew)
    {
        account.Id = 1;
        account.Persist();
    }
    else
    {
        account.Persist();
    }

    account.Persist();
}

//// flushed in finally again: PMT2001
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    account.Persist();
    try
    {
        Console.WriteLine("saved");
    }
    finally
    {
        account.Persist();
    }
}

//// drain of nothing: PMT2002
public static void Wait(Persistent<Account> account)
{
    account.Drain();
}

//// drain twice: PMT2002
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    account.Flush();
    account.Drain();
    account.Drain();
}

//// drain after persist: PMT2002
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    account.Persist();
    account.Drain();
}

//// one line flushed twice: PMT2003
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    account.Balance = 2;
    account.Persist(Account.FieldSet.Id);
    account.Persist(Account.FieldSet.Balance);
}

//// drain in every round: PMT2004
public static void Number(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Id = i;
        account.Persist();
    }
}

//// page flushed for its number: PMT2005
public static void Renumber(Persistent<Page> page, long number)
{
    page.Number = number;
    page.Persist();
}

//// counted on the medium: PMT2006
public static void Count(Persistent<List> list, int[] values)
{
    foreach (int value in values)
    {
        list.Count += value;
    }

    list.Persist();
}
