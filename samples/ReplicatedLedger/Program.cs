// A ledger on three machines: the one that writes is killed, another one goes on, and nothing that was acknowledged is lost.
//   dotnet run --project samples/ReplicatedLedger [-- DIRECTORY]
using System.Diagnostics;
using PmemTyped.Blocks;
using PmemTyped.Replication;
using ReplicatedLedger;

return args switch
{
    ["target", string parent, string number] => new Machine(parent, int.Parse(number)).Serve(),
    ["write", string parent, string number] => Write(new Machine(parent, int.Parse(number))),
    [string parent] => RunIn(parent),
    _ => RunIn(Path.GetTempPath()),
};

static int RunIn(string parent)
{
    string directory = Directory.CreateDirectory(Path.Combine(parent, $"replicated-{Environment.ProcessId}")).FullName;
    List<Process> children = [];
    try
    {
        return Run(directory, children) ? 0 : 1;
    }
    finally
    {
        children.ForEach(c => c.Kill());
        children.ForEach(c => c.WaitForExit());
        Directory.Delete(directory, recursive: true);
    }
}

// The child that writes: says how many entries there are, then the number of each when it is acknowledged, and takes a machine
// back when it is told to. An acknowledged entry is on two of three machines at least.
static int Write(Machine machine)
{
    Replicator? replicator = null;
    ResyncProgress? sent = null;
    Replicator.Register(
        node => ReplicaTransports.To(node),
        new ReplicaSetOptions { Policy = ReplicaPolicy.Quorum(2), Resync = new ResyncOptions { Progress = p => sent = p } },
        r => replicator = r);
    using BlockPool pool = File.Exists(machine.Part)
        ? BlockPool.Open(machine.PrimarySet) : BlockPool.CreateInSet(machine.PrimarySet, Entry.Bytes);
    int entry = Entry.CountIn(pool);
    Console.WriteLine(entry);
    while (Console.ReadLine() is { } command)
    {
        if (command == "rejoin")
        {
            replicator!.Current!.Rejoin(0);
            Console.WriteLine($"{sent!.Direction} comparison, {sent.RegionsSent} regions sent, {sent.BytesSent:N0} of {Machine.PoolBytes:N0} bytes");
            continue;
        }

        for (int last = int.Parse(command); entry < last;)
        {
            pool.Write(entry, Entry.Of(entry + 1));
            Console.WriteLine(++entry);
        }
    }

    return 0;
}

static bool Run(string directory, List<Process> children)
{
    const int KillAt = 500, BackAt = 750, Entries = 1000;
    Machine[] machines = [.. Enumerable.Range(1, Machine.Count).Select(n => new Machine(directory, n))];
    Array.ForEach(machines, m => m.WriteSetFiles());
    Start(children, "target", directory, "2");
    Start(children, "target", directory, "3");
    Console.WriteLine($"machines    3 under {directory}, targets run on 2 and 3");

    Process first = Start(children, "write", directory, "1");
    bool isEmpty = first.StandardOutput.ReadLine() == "0";
    int acknowledged = Acknowledged(first, Entries, killAt: KillAt);
    Console.WriteLine($"killed      machine 1 by SIGKILL, after {acknowledged} acknowledged entries");

    ReplicaMetadata promoted = ReplicaPromotion.Promote(machines[1].Peer, [machines[2].Peer]);
    Console.WriteLine($"promoted    {promoted}");
    Process second = Start(children, "write", directory, "2");
    int held = int.Parse(second.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Machine 2 did not open the pool."));
    int continued = Acknowledged(second, BackAt);
    Console.WriteLine($"continued   on machine 2, which held {held} entries, up to {continued}, with machine 3");

    Start(children, "target", directory, "1");
    Console.WriteLine($"came back   machine 1 as a replica: {Ask(second, "rejoin")}");
    int finished = Acknowledged(second, Entries);
    second.StandardInput.Close();
    second.WaitForExit();

    byte[][] contents = [.. machines.Select(m => m.Content())];
    int[] counts = [.. machines.Select(m => m.CountEntries())];
    bool isSound = isEmpty && acknowledged == KillAt && held >= acknowledged && continued == BackAt && finished == Entries
        && second.ExitCode == 0 && counts.All(c => c == Entries) && contents.All(c => c.AsSpan().SequenceEqual(contents[0]));
    Console.WriteLine($"finished    {finished} entries acknowledged, {string.Join(", ", counts)} on the machines");
    Console.WriteLine(isSound ? "result      every acknowledged entry is on every machine" : "result      FAILED");
    return isSound;
}

static Process Start(List<Process> children, params string[] arguments)
{
    string self = Environment.ProcessPath!;
    string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(Machine).Assembly.Location] : [];
    var start = new ProcessStartInfo(self, [.. host, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
    Process child = Process.Start(start)!;
    children.Add(child);
    return arguments[0] != "target" || child.StandardOutput.ReadLine() == "ready"
        ? child : throw new InvalidOperationException("A target did not start.");
}

static string Ask(Process child, string command)
{
    child.StandardInput.WriteLine(command);
    return child.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The writer ended at '{command}'.");
}

// Lets a writer go on, and reads what it acknowledges; kills it without warning when enough has come.
static int Acknowledged(Process child, int last, int killAt = 0)
{
    int acknowledged = int.Parse(Ask(child, $"{last}"));
    while (acknowledged < last && acknowledged != killAt)
    {
        acknowledged = int.Parse(child.StandardOutput.ReadLine()!);
    }

    if (acknowledged == killAt)
    {
        child.Kill();
        child.WaitForExit();
    }

    return acknowledged;
}
