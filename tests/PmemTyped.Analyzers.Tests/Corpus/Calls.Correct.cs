//// callee persists what it stores
public static void Save(Persistent<Account> account)
{
    Out.Touch(account);
}

//// contract persists
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Out.Persist(account);
}

//// contract persists one field
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Out.PersistId(account);
}

//// contract flushes, caller drains
public static void Save(Persistent<Account> account)
{
    account.Id = 1;
    Out.Flush(account);
    account.Drain();
}

//// contract leaves a store
public static void Save(Persistent<Account> account)
{
    Out.Fill(account);
    account.Persist();
}

//// contract leaves a field
public static void Save(Persistent<Account> account)
{
    Out.FillId(account);
    account.Persist(Account.FieldSet.Id);
}

//// own contract to leave
public static void Prepare([LeavesUnpersisted] Persistent<Account> account)
{
    account.Id = 1;
    account.Balance = 2;
}

//// own contract to leave, used
public static void Save(Persistent<Account> account)
{
    Prepare(account);
    account.Persist();
}

public static void Prepare([LeavesUnpersisted] Persistent<Account> account) => account.Id = 1;

//// own contract to persist
public static void Finish([Persists] Persistent<Account> account)
{
    account.Flags = 1;
    account.Persist();
}

//// own contract to persist on every path
public static void Finish([Persists] Persistent<Account> account, bool isFlagged)
{
    if (isFlagged)
    {
        account.Flags = 1;
        account.Persist();
        return;
    }

    account.Persist();
}

//// own contract to flush
public static void Finish([Flushes] Persistent<Account> account) => account.Flush();

//// own contract to drain
[Drains]
public static void Wait(Persistent<Account> account) => account.Drain();

//// result left to the caller
[return: LeavesUnpersisted]
public static Persistent<Account> Make(PmemMapLease lease)
{
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    return account;
}

//// result taken over
public static void Save(PmemMapLease lease)
{
    Persistent<Account> account = Make(lease);
    account.Balance = 2;
    account.Persist();
}

[return: LeavesUnpersisted]
public static Persistent<Account> Make(PmemMapLease lease)
{
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    return account;
}

//// private callee stores, caller persists
public static void Save(Persistent<Account> account)
{
    Set(account, 1);
    Set(account, 2);
    account.Persist();
}

private static void Set(Persistent<Account> account, long value) => account.Balance += value;

//// private callee persists
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Done(account);
}

private static void Done(Persistent<Account> account)
{
    account.Flush();
    account.Drain();
}

//// private callee flushes, caller drains
public static void Save(Persistent<Account> left, Persistent<Account> right)
{
    left.Balance = 1;
    right.Balance = 2;
    Push(left);
    Push(right);
    left.Drain();
}

private static void Push(Persistent<Account> account) => account.Flush(Account.FieldSet.Balance);

//// private callee drains for the caller
public static void Save(Persistent<Account> left, Persistent<Account> right)
{
    left.Balance = 1;
    right.Balance = 2;
    left.Flush();
    right.Flush();
    Wait(left);
}

private static void Wait(Persistent<Account> account) => account.Drain();

//// private callee calls itself
public static void Save(Persistent<Account> account)
{
    Down(account, 3);
    account.Persist();
}

private static void Down(Persistent<Account> account, int depth)
{
    account.Flags = depth;
    if (depth > 0)
    {
        Down(account, depth - 1);
    }
}

//// local function that persists
public static void Save(Persistent<Account> account)
{
    Zero(account);

    static void Zero(Persistent<Account> inner)
    {
        inner.Balance = 0;
        inner.Persist();
    }
}

//// local function that stores, caller persists
public static void Save(Persistent<Account> account)
{
    Zero(account);
    account.Persist();

    static void Zero(Persistent<Account> inner) => inner.Balance = 0;
}

//// lambda that persists
public static Setter Make() => account =>
{
    account.Balance = 0;
    account.Persist();
};

//// delegate gets a clean object
public static void Use(Persistent<Account> account, Setter setter)
{
    account.Balance = 0;
    account.Persist();
    setter(account);
}

//// extension with a contract
public static void Save(Persistent<Account> account)
{
    account.Reset();
    account.Persist();
}

//// read-only callee
public static void Save(Persistent<Account> account)
{
    account.Balance = 1;
    Show(account);
    account.Persist();
}

public static void Show(ReadOnlyPersistent<Account> account) => Console.WriteLine(account.Balance);

//// implementation keeps the promise
public interface ISaver
{
    void Save([Persists] Persistent<Account> account);
}

public sealed class Saver : ISaver
{
    public void Save([Persists] Persistent<Account> account) => account.Persist();
}

//// implementation of a name in another interface
public interface IOther
{
    void Save(Persistent<Account> account);
}

public sealed class Saver : IOther
{
    public void Save(Persistent<Account> account)
    {
        account.Flags = 1;
        account.Persist();
    }
}

//// ref struct with a protocol
public ref struct Writer
{
    private Persistent<Account> _account;

    public Writer(Persistent<Account> account) => _account = account;

    [LeavesUnpersisted]
    public void Add(long cents) => _account.Balance += cents;

    [Persists]
    public void Commit() => _account.Persist();
}

public static void Use(Persistent<Account> account)
{
    var writer = new Writer(account);
    writer.Add(1);
    writer.Add(2);
    writer.Commit();
}

//// ref struct that persists itself
public ref struct Writer
{
    public Persistent<Account> Account;

    public void Add(long cents)
    {
        Account.Balance += cents;
        Account.Persist();
    }
}
