//// publish in order
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist();
    account.Sequence++;
    account.Persist();
}

//// publish by name
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist(Account.FieldSet.Balance);
    account.Sequence++;
    account.Persist(Account.FieldSet.Sequence);
}

//// publish after flush and drain
public static void Publish(Persistent<Account> account, Persistent<Node> node)
{
    account.Balance = 1;
    node.Key = 2;
    account.Flush();
    node.Flush();
    node.Drain();
    account.Sequence++;
    account.Persist();
}

//// sequence odd while writing
public static void Publish(Persistent<Account> account, long cents)
{
    account.Sequence++;
    account.Persist(Account.FieldSet.Sequence);
    account.Balance = cents;
    account.Flags = 0;
    account.Persist(Account.FieldSet.Balance | Account.FieldSet.Flags);
    account.Sequence++;
    account.Persist(Account.FieldSet.Sequence);
}

//// publish in a loop, each round in order
public static void Publish(Persistent<Account> account, long[] values)
{
    foreach (long value in values)
    {
        account.Balance = value;
        account.Persist(Account.FieldSet.Balance);
        account.Sequence++;
        account.Persist(Account.FieldSet.Sequence);
    }
}

//// publish after a branch that persists
public static void Publish(Persistent<Account> account, bool isNew)
{
    if (isNew)
    {
        account.Id = 1;
        account.Persist(Account.FieldSet.Id);
    }

    account.Sequence++;
    account.Persist(Account.FieldSet.Sequence);
}

//// publish after a private callee
public static void Publish(Persistent<Account> account)
{
    Prepare(account);
    account.Sequence++;
    account.Persist(Account.FieldSet.Sequence);
}

private static void Prepare(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist(Account.FieldSet.Balance);
}

//// publish after a contract
public static void Publish(Persistent<Account> account)
{
    account.Balance = 1;
    Out.Persist(account);
    account.Sequence++;
    Out.Persist(account);
}

//// link after persist
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    node.Key = 1;
    node.Next = list.Head;
    node.Persist();
    list.Head = node.Offset;
    list.Persist();
}

//// link through a local after persist
public static void Push(Persistent<List> list, Persistent<Node> node)
{
    long place = node.Offset;
    node.Key = 1;
    node.Persist();
    list.Head = place;
    list.Persist();
}

//// chain of new nodes, linked at the end
public static void Push(Persistent<List> list, Persistent<Node> first, Persistent<Node> second)
{
    second.Key = 2;
    first.Key = 1;
    first.Next = second.Offset;
    second.Flush();
    first.Flush();
    first.Drain();
    list.Head = first.Offset;
    list.Persist();
}

//// node with a buffer
public static void Push(Persistent<List> list, Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Data.CopyFrom(data);
    node.Key = data.Length;
    node.Persist();
    list.Head = node.Offset;
    list.Persist(List.FieldSet.Head);
}

//// new object stored whole, then linked
public static void Insert(PmemMapLease lease, Persistent<List> list, Account value)
{
    Persistent<Account> account = lease.At<Account>(4096);
    account.StoreAll(value);
    account.Persist();
    list.Head = account.Offset;
    list.Persist();
}

//// group in a new object, linked at the end
public static void Book(Persistent<List> list, Persistent<Transfer> transfer, long cents)
{
    transfer.Debit = cents;
    transfer.Credit = cents;
    transfer.Persist();
    list.Head = transfer.Offset;
    list.Persist();
}

//// one field of a group
public static void Debit(Persistent<Transfer> transfer, long cents)
{
    transfer.Debit = cents;
    transfer.Day = 3;
    transfer.Persist();
}

//// group stored on either branch
public static void Book(Persistent<Transfer> transfer, bool isDebit, long cents)
{
    if (isDebit)
    {
        transfer.Debit = cents;
    }
    else
    {
        transfer.Credit = cents;
    }

    transfer.Persist();
}

//// passed on when persisted
public static void Tell(Persistent<Account> account)
{
    account.Balance = 1;
    account.Persist();
    Out.Hand(account);
}

//// passed on untouched
public static void Tell(Persistent<Account> account) => Out.Hand(account);

//// offset compared, not stored
public static bool IsHead(Persistent<List> list, Persistent<Node> node)
{
    node.Key = 1;
    bool isHead = list.Head == node.Offset;
    node.Persist();
    return isHead;
}
