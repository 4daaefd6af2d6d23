//// published before persisted: PMT1004
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Sequence++;
    account.Persist();
}

//// published when only flushed: PMT1004
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Flush();
    account.Sequence++;
    account.Persist();
}

//// published when one field is persisted: PMT1004
public static void Publish(Persistent<Account> account)
{
    account.Id = 1;
    account.Balance = 2;
    account.Persist(Account.FieldSet.Id);
    account.Sequence = 1;
    account.Persist();
}

//// published after one branch: PMT1004
public static void Publish(Persistent<Account> account, bool isNew)
{
    if (isNew)
    {
        account.Id = 1;
    }

    account.Sequence++;
    account.Persist();
}

//// published in a loop: PMT1004
public static void Publish(Persistent<Account> account, int count)
{
    for (int i = 0; i < count; i++)
    {
        account.Balance += i;
        account.Sequence++;
        account.Persist();
    }
}

//// published inside a scope: PMT1004
public static void Publish(Persistent<Account> account)
{
    using PersistScope<Account> scope = account.BeginPersist();
    account.Balance = 1;
    account.Sequence++;
}

//// published through a second name: PMT1004
public static void Publish(Persistent<Account> account)
{
    Persistent<Account> same = account;
    account.Balance = 1;
    same.Sequence = 2;
    account.Persist();
}

//// private callee prepares and does not persist: PMT1004
public static void Publish(Persistent<Account> account)
{
    Prepare(account);
    account.Sequence++;
    account.Persist();
}

private static void Prepare(Persistent<Account> account) => account.Balance = 3;

//// contract leaves the content: PMT1004
public static void Publish(Persistent<Account> account)
{
    Out.Fill(account);
    account.Sequence++;
    account.Persist();
}

//// prepared in a try: PMT1004
public static void Publish(Persistent<Account> account, Func<long> read)
{
    try
    {
        account.Flags = 1;
        account.Balance = read();
        account.Persist();
    }
    catch (TimeoutException)
    {
    }

    account.Sequence++;
    account.Persist();
}

//// publish by the raw member: PMT1004
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Publish(56, 2);
    account.Persist();
}

//// linked before persisted: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    node.Key = 1;
    node.Next = list.Head;
    list.Head = node.Offset;
    node.Persist();
    list.Persist();
}

//// linked and never persisted: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    node.Key = 1;
    list.Head = node.Offset;
    list.Persist();
}

//// linked when only flushed: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    node.Key = 1;
    node.Flush();
    list.Head = node.Offset;
    list.Persist();
}

//// linked through a local: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    long place = node.Offset;
    node.Key = 1;
    list.Head = place;
    node.Persist();
    list.Persist();
}

//// linked with its buffer open: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Key = 1;
    node.Persist();
    node.Data.CopyFrom(data);
    list.Head = node.Offset;
    node.Persist();
    list.Persist();
}

//// linked on one branch too early: PMT1005
public static void Push(Persistent<List> list, Persistent<Node> node, bool isKeyed)
{
    node.Next = list.Head;
    node.Persist();
    if (isKeyed)
    {
        node.Key = 5;
    }

    list.Head = node.Offset;
    node.Persist();
    list.Persist();
}

//// passed on before persisted: PMT1009
public static void Tell(Persistent<Account> account)
{
    account.Balance = 1;
    Out.Hand(account);
    account.Persist();
}

//// passed on when only flushed: PMT1009
public static void Tell(Persistent<Account> account)
{
    account.Balance = 1;
    account.Flush();
    Out.Hand(account);
    account.Drain();
}
