//// buffer by itself
public static void Write(Persistent<Node> node, ReadOnlySpan<byte> data)
{
    PersistentSpan<byte> buffer = node.Data;
    buffer.Clear();
    buffer.CopyFrom(data);
    buffer.Persist();
}

//// buffer by its object
public static void Write(Persistent<Node> node, ReadOnlySpan<byte> data)
{
    node.Data.CopyFrom(data);
    node.Key = data.Length;
    node.Persist();
}

//// buffer by name
public static void Write(Persistent<Node> node)
{
    node.Data.Set(3, 1);
    node.Persist(Node.FieldSet.Data);
}

//// buffer parameter
public static void Zero(PersistentSpan<byte> bytes)
{
    bytes.Clear();
    bytes.Persist();
}

//// nested by itself
public static void MoveTo(Persistent<Node> node, int x, int y)
{
    Persistent<Point> at = node.At;
    at.X = x;
    at.Y = y;
    at.Persist();
}

//// nested by its object
public static void MoveTo(Persistent<Node> node, int x, int y)
{
    Persistent<Point> at = node.At;
    at.X = x;
    at.Y = y;
    node.Persist(Node.FieldSet.At);
}

//// nested by its names
public static void MoveTo(Persistent<Node> node, int x, int y)
{
    Persistent<Point> at = node.At;
    at.X = x;
    at.Y = y;
    at.Persist(Point.FieldSet.X | Point.FieldSet.Y);
}

//// reference with a reason
#pragma warning disable PMT3007
public static long Next(Persistent<List> list)
{
    long next = System.Threading.Interlocked.Increment(ref list.DangerousValue.Count);
    list.Persist(List.FieldSet.Count);
    return next;
}

//// reference read only
#pragma warning disable PMT3007
public static long Peek(Persistent<List> list) => System.Threading.Volatile.Read(ref list.DangerousValue.Count);

//// reference local
#pragma warning disable PMT3007
public static void Touch(Persistent<Account> account)
{
    ref Account value = ref account.DangerousValue;
    value.Flags = 1;
    value.Balance = 2;
    account.Persist();
}

//// copy read
public static long Sum(Persistent<Account> account)
{
    var copy = account.Value;
    return copy.Balance + copy.Flags;
}

//// copy changed and stored back
public static void Replace(Persistent<Node> node)
{
    Node copy = node.Value;
    copy.Key = 7;
    node.StoreAll(copy);
    node.Persist();
}

//// copy as scratch
public static long Worst(Persistent<Account> account, long risk)
{
    var copy = account.Value;
    copy.Balance -= risk;
    return copy.Balance;
}

//// copy with one field changed, given away
public static Account Preview(Persistent<Account> account)
{
    Account copy = account.Value;
    copy.Balance = 0;
    return copy;
}

//// with expression
public static Account Preview(Persistent<Account> account) => account.Value with { Balance = 0 };

//// second name
public static void Both(Persistent<Account> account)
{
    Persistent<Account> same = account;
    same.Id = 4;
    account.Persist();
}

//// one of two
public static void Pick(Persistent<Account> left, Persistent<Account> right, bool isLeft)
{
    Persistent<Account> chosen = isLeft ? left : right;
    chosen.Balance = 0;
    chosen.Persist();
}

//// one of two, both flushed
public static void Pick(Persistent<Account> left, Persistent<Account> right, bool isLeft)
{
    Persistent<Account> chosen = isLeft ? left : right;
    chosen.Balance = 0;
    left.Flush();
    right.Flush();
    right.Drain();
}

//// local taken twice
public static void First(PmemMapLease lease)
{
    Persistent<Account> account = lease.At<Account>(0);
    account.Id = 1;
    account.Flush();
    account = lease.At<Account>(128);
    account.Id = 2;
    account.Flush();
    account.Drain();
}

//// conditional value
public static void Round(Persistent<Account> account, bool up)
{
    account.Balance = up ? account.Balance + 1 : account.Balance - 1;
    account.Persist();
}

//// default when nothing is given
public static void Limit(Persistent<Account> account, long? limit)
{
    account.Flags = limit ?? 100;
    account.Persist(Account.FieldSet.Flags);
}

//// switch expression
public static void Grade(Persistent<Account> account, int points)
{
    account.Flags = points switch
    {
        > 90 => 1,
        > 50 => 2,
        _ => 3,
    };
    account.Persist();
}

//// whole object
public static void Copy(Persistent<Node> from, Persistent<Node> to)
{
    to.StoreAll(from.Value);
    to.Persist();
}

//// whole object by all names
public static void Copy(Persistent<Node> from, Persistent<Node> to)
{
    to.StoreAll(from.Value);
    to.Persist(Node.FieldSet.All);
}

//// generic writer
public static void Put<T>(PmemMapLease lease, long offset, in T value)
    where T : unmanaged, IPersistentLayout<T>
{
    Persistent<T> target = lease.At<T>(offset);
    target.StoreAll(in value);
    target.Persist();
}

//// hash of a number
public static void Key(Persistent<Node> node, int number)
{
    node.Key = number.GetHashCode();
    node.Persist();
}

//// time of day
public static void Stamp(Persistent<Account> account)
{
    account.Flags = DateTime.UtcNow.Ticks;
    account.Persist();
}

//// hash used for a choice, not stored
public static void Bucket(Persistent<Node> left, Persistent<Node> right, string name)
{
    bool isLeft = (name.GetHashCode() & 1) == 0;
    Persistent<Node> node = isLeft ? left : right;
    node.Key = 1;
    node.Persist();
}

//// cursor assigned later
public static void Later(PmemMapLease lease, bool isFirst)
{
    Persistent<Account> account = default;
    account = isFirst ? lease.At<Account>(0) : lease.At<Account>(128);
    account.Id = 1;
    account.Persist();
}

//// large page, fields named
public static void Renumber(Persistent<Page> page, long number)
{
    page.Number = number;
    page.Persist(Page.FieldSet.Number);
}

//// large page, body written
public static void Fill(Persistent<Page> page)
{
    page.Number = 1;
    page.Body.Clear();
    page.Persist();
}

//// counted in a local
public static void Count(Persistent<List> list, int[] values)
{
    long sum = 0;
    foreach (int value in values)
    {
        sum += value;
    }

    list.Count += sum;
    list.Persist();
}

//// duration of two ticks
public static void Save(Persistent<Account> account, Action work)
{
    long start = Environment.TickCount64;
    work();
    account.Balance = Environment.TickCount64 - start;
    account.Persist();
}

//// elapsed time of a timestamp
public static void Save(Persistent<Account> account, Action work)
{
    long start = System.Diagnostics.Stopwatch.GetTimestamp();
    work();
    account.Balance = System.Diagnostics.Stopwatch.GetElapsedTime(start).Ticks;
    account.Persist();
}

//// value looked up by a hash
public static void Save(Persistent<Account> account, long[] known, string name)
{
    account.Balance = known[name.GetHashCode() & 15];
    account.Persist();
}

//// constant chosen by a hash
public static void Save(Persistent<Account> account, string name, string other)
{
    account.Flags = name.GetHashCode() == other.GetHashCode() ? 1 : 0;
    account.Persist();
}
