// The main job of PmemTyped: keep accounts in an ordinary file, get killed in the middle, lose nothing.
//   dotnet run --project samples/Ledger [-- DIRECTORY]
using System.Diagnostics;
using System.Globalization;
using Ledger;
using PmemTyped;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Transfer[] transfers = Transfer.Read(Path.Combine(AppContext.BaseDirectory, "transfers.csv"));
if (args is ["apply", string file])
{
    return Apply(file, transfers);
}

string parent = args is [string given] ? given : AppContext.BaseDirectory;
string directory = Directory.CreateDirectory(Path.Combine(parent, $"ledger-{Environment.ProcessId}")).FullName;
string path = Path.Combine(directory, "ledger.pool");
try
{
    return Run(path, transfers) ? 0 : 1;
}
catch (PmemException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
finally
{
    Directory.Delete(directory, recursive: true);
}

// The child: applies what is not applied yet, and says so after each transfer, when it is durable and not before.
static int Apply(string path, Transfer[] transfers)
{
    using var book = new AccountBook(BlockPool<Account>.Open(path));
    long last = book.LastTransfer();
    using var acknowledgements = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
    foreach (Transfer transfer in transfers.Where(t => t.Id >= last))
    {
        book.Apply(transfer);
        acknowledgements.WriteLine(transfer.Id);
    }

    return 0;
}

static bool Run(string path, Transfer[] transfers)
{
    Stopwatch watch = Stopwatch.StartNew();
    using (BlockPool<Account> pool = BlockPool<Account>.Create(path, AccountBook.Accounts))
    {
        Console.WriteLine($"pool        {path}");
        Console.WriteLine(
            $"            room for {pool.Capacity:N0} accounts, {new FileInfo(path).Length / 1e6:N0} MB, made in {watch.ElapsedMilliseconds:N0} ms");
        Console.WriteLine($"durability  {pool.Blocks.Durability}");
    }

    (int acknowledged, double seconds, bool wasKilled) = RunChild(path, transfers.Length, killAt: transfers.Length / 2);
    Console.WriteLine(
        $"killed      SIGKILL after {acknowledged:N0} acknowledged transfers, {seconds:N1} s, {acknowledged / seconds:N0} transfers/s");
    watch.Restart();
    Audit afterCrash = AuditPool(path, transfers, acknowledged);
    Console.WriteLine(
        $"reopened    {afterCrash.Present:N0} accounts in use, {afterCrash.Lost} lost, {afterCrash.Torn} torn; {afterCrash.Interrupted}; checked in {watch.ElapsedMilliseconds:N0} ms");
    (int finished, seconds, bool wasKilledAgain) = RunChild(path, transfers.Length, killAt: int.MaxValue);
    Audit atEnd = AuditPool(path, transfers, transfers.Length);
    Console.WriteLine(
        $"finished    {finished:N0} transfers in all, {seconds:N1} s; {atEnd.Present:N0} accounts, {atEnd.Lost} lost, {atEnd.Torn} torn");
    bool isSound = wasKilled && !wasKilledAgain && finished == transfers.Length && afterCrash.IsSound && atEnd.IsSound;
    Console.WriteLine(isSound ? "result      every acknowledged transfer is there" : "result      FAILED");
    return isSound;
}

static Audit AuditPool(string path, Transfer[] transfers, int acknowledged)
{
    using var book = new AccountBook(BlockPool<Account>.Open(path));
    if (!book.Pool.Blocks.Check().IsConsistent)
    {
        return new Audit(0, 1, 1, "the pool is not consistent");
    }

    return Audit.Of(book, transfers, acknowledged);
}

// Starts this program again, reads its acknowledgements, and kills it without warning when enough have come.
static (int Acknowledged, double Seconds, bool WasKilled) RunChild(string path, int transfers, int killAt)
{
    const int ExitCodeOfSigkill = 128 + 9;
    Stopwatch watch = Stopwatch.StartNew();
    string self = Environment.ProcessPath!;
    string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(Account).Assembly.Location] : [];
    using Process child = Process.Start(
        new ProcessStartInfo(self, [.. host, "apply", path]) { RedirectStandardOutput = true })!;
    int acknowledged = 0;
    while (child.StandardOutput.ReadLine() is { } line)
    {
        acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
        if (acknowledged == killAt)
        {
            child.Kill();
        }

        ShowProgress(acknowledged, transfers);
    }

    child.WaitForExit();
    return (acknowledged, watch.Elapsed.TotalSeconds, child.ExitCode == ExitCodeOfSigkill);
}

static void ShowProgress(int acknowledged, int transfers)
{
    int step = Console.IsOutputRedirected ? 1000 : 50;
    if (acknowledged % step == 0)
    {
        Console.Write($"\r            {acknowledged:N0} of {transfers:N0} transfers acknowledged   ");
        Console.Write(Console.IsOutputRedirected || acknowledged == transfers ? "\n" : "");
    }
}
