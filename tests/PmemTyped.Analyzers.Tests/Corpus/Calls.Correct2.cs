//// private partial method persists
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Finish(account);
}

private static partial void Finish(Persistent<Account> account);

private static partial void Finish(Persistent<Account> account) => account.Persist();

//// private helper drains through the lease
public static void Save(PmemMapLease lease, Persistent<Account> first, Persistent<Account> second)
{
    first.Id = 1;
    second.Id = 2;
    first.Flush();
    second.Flush();
    Wait(lease);
}

private static void Wait(PmemMapLease lease) => lease.Drain();

//// private helper persists the range
public static void Save(PmemMapLease lease, int count)
{
    for (int i = 0; i < count; i++)
    {
        Persistent<Account> account = lease.At<Account>(i * 128);
        account.Id = i;
    }

    Sync(lease, count * 128);
}

private static void Sync(PmemMapLease lease, long lengthBytes) => lease.Persist(0, lengthBytes);

//// private members of an extension block
}

static class Blocks
{
    extension(Persistent<Account> account)
    {
        private void Fill(long id) => account.Id = id;

        private void Finish() => account.Persist();
    }

    public static void Save(Persistent<Account> account)
    {
        account.Fill(1);
        account.Finish();
    }

//// extension block that leaves its receiver to the caller
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
        node.Fill(1);
        account.Fill(2);
        account.Persist();
    }
