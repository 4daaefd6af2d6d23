// A ledger on three machines: the one that writes is killed, another one goes on, and nothing that was acknowledged is lost.
//   dotnet run --project samples/ReplicatedLedger [-- DIRECTORY]
using System.Diagnostics;
using PmemTyped.Replication;
using ReplicatedLedger;

return args switch
{
    ["target", string parent, string number] => new Machine(parent, int.Parse(number)).Serve(),
    ["write", string parent, string number, string entry] => Write(new Machine(parent, int.Parse(number)), int.Parse(entry)),
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

// The child that writes: says the number of each entry when it is acknowledged, and takes a machine back when it is told to.
static int Write(Machine machine, int entry)
{
    using var writer = new Writer(machine);
    while (Console.ReadLine() is { } command)
    {
        string[] words = command.Split(' ');
        if (words is ["attach", string copy])
        {
            ResyncProgress sent = writer.Attach(int.Parse(copy));
            Console.WriteLine($"{sent.Direction} comparison, {sent.RegionsSent} regions sent, {sent.BytesSent:N0} of {Machine.PoolBytes:N0} bytes");
        }

        for (int last = words is [string end] ? int.Parse(end) : 0; entry <= last; entry++)
        {
            writer.Write(entry);
            Console.WriteLine(entry);
        }
    }

    return 0;
}

static bool Run(string directory, List<Process> children)
{
    const int KillAt = 500, BackAt = 750, Entries = 1000;
    Machine[] machines = [.. Enumerable.Range(1, 3).Select(n => new Machine(directory, n))];
    Array.ForEach(machines, m => m.Create());
    File.Delete(machines[0].Pool + ".replica");
    ReplicaPrimary.Create(machines[0].Pool, copies: 3, leastCopies: 2);
    Start(children, "target", directory, "2");
    Start(children, "target", directory, "3");
    Console.WriteLine($"machines    3 under {directory}, targets run on 2 and 3");

    Process first = Start(children, "write", directory, "1", "1");
    Ask(first, "attach 2");
    Ask(first, "attach 3");
    int acknowledged = Acknowledged(first, Entries, killAt: KillAt);
    Console.WriteLine($"killed      machine 1 by SIGKILL, after {acknowledged} acknowledged entries");

    ReplicaMetadata promoted = ReplicaPromotion.Promote(machines[1].Peer, [machines[2].Peer]);
    Console.WriteLine($"promoted    {promoted}");
    int held = Entry.CountIn(machines[1].Content());
    Process second = Start(children, "write", directory, "2", $"{held + 1}");
    Console.WriteLine($"attached    machine 3: {Ask(second, "attach 3")}");
    int continued = Acknowledged(second, BackAt);
    Console.WriteLine($"continued   on machine 2, which held {held} entries, up to {continued}");

    Start(children, "target", directory, "1");
    Console.WriteLine($"came back   machine 1 as a replica: {Ask(second, "attach 1")}");
    int finished = Acknowledged(second, Entries);
    second.StandardInput.Close();
    second.WaitForExit();

    byte[][] contents = [.. machines.Select(m => m.Content())];
    int entries = Entry.CountIn(contents[0]);
    bool isSound = acknowledged == KillAt && held >= acknowledged && continued == BackAt && finished == Entries
        && entries == Entries && second.ExitCode == 0 && contents.All(c => c.AsSpan().SequenceEqual(contents[0]));
    Console.WriteLine($"finished    {finished} entries acknowledged, {entries} on machine 1, three equal copies");
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
