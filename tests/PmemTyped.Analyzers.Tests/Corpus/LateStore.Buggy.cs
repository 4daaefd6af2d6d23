//// flush above the store: PMT1003
public static void Save(Persistent<Account> account)
{
    account.Persist();
    account.Balance = 1;
}

//// last field after the persist: PMT1003
public static void Save(Persistent<Account> account, long id)
{
    account.Id = id;
    account.Balance = 0;
    account.Persist();
    account.Flags = 1;
}

//// store between flush and drain: PMT1003
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    account.Flush();
    account.Id = 2;
    account.Drain();
}

//// store after the scope: PMT1003
public static void Save(Persistent<Account> account)
{
    using (account.BeginPersist())
    {
        account.Id = 1;
    }

    account.Flags = 1;
}

//// store after the contract: PMT1003
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Out.Persist(account);
    account.Balance = 2;
}

//// store after a private persist: PMT1003
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Done(account);
    account.Balance = 2;
}

private static void Done(Persistent<Account> account) => account.Persist();

//// store on one branch after the persist: PMT1003
public static void Save(Persistent<Account> account, bool isNew)
{
    account.Balance = 1;
    account.Persist();
    if (isNew)
    {
        account.Id = 7;
    }
}

//// increment after the persist: PMT1003
public static void Count(Persistent<List> list)
{
    list.Head = 64;
    list.Persist();
    list.Count++;
}

//// store in finally: PMT1003
public static void Save(Persistent<Account> account, Action work)
{
    account.Flags = 1;
    account.Persist();
    try
    {
        work();
    }
    finally
    {
        account.Flags = 0;
    }
}

//// buffer after its persist: PMT1003
public static void Write(Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Data.Clear();
    node.Data.Persist();
    node.Data.CopyFrom(data);
}
