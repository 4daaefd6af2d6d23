// A queue of jobs in an ordinary file whose worker is killed in the middle: no job is lost, none is done twice.
//   dotnet run --project samples/WorkQueue [-- DIRECTORY]
using System.Diagnostics;
using PmemTyped;
using WorkQueue;

const int Jobs = 600;
if (args is ["work", string file])
{
    return Work(file);
}

string parent = args is [string given] ? given : AppContext.BaseDirectory;
string directory = Directory.CreateDirectory(Path.Combine(parent, $"queue-{Environment.ProcessId}")).FullName;
string path = Path.Combine(directory, "jobs.region");
try
{
    using (JobQueue queue = JobQueue.Create(path))
    {
        for (int number = 1; number <= Jobs; number++)
        {
            queue.Enqueue(number);
        }

        Console.WriteLine($"made      {Jobs:N0} jobs in {path}");
    }

    int acknowledged = RunWorker(path, killAt: Jobs / 2);
    bool survived = Audit("killed  ", path, acknowledged);
    RunWorker(path, killAt: int.MaxValue);
    bool finished = Audit("finished", path, Jobs);
    Console.WriteLine(survived && finished ? "result    every job was done exactly once" : "result    FAILED");
    return survived && finished ? 0 : 1;
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

// The child: one line for each job that is done and durable.
static int Work(string path)
{
    using JobQueue queue = JobQueue.Open(path);
    using var acknowledgements = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
    while (queue.TryProcess(StepsToOne))
    {
        acknowledgements.WriteLine("done");
    }

    return 0;
}

// The work itself: how often a number is halved, or tripled plus one, until it is 1.
static long StepsToOne(long number)
{
    long steps = 0;
    for (; number != 1; steps++)
    {
        number = number % 2 == 0 ? number / 2 : (3 * number) + 1;
    }

    return steps;
}

// Starts this program again as the worker and kills it without warning when enough jobs are done.
static int RunWorker(string path, int killAt)
{
    string self = Environment.ProcessPath!;
    string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(Job).Assembly.Location] : [];
    using Process child = Process.Start(
        new ProcessStartInfo(self, [.. host, "work", path]) { RedirectStandardOutput = true })!;
    int done = 0;
    while (child.StandardOutput.ReadLine() is not null)
    {
        if (++done == killAt)
        {
            child.Kill();
        }
    }

    child.WaitForExit();
    return done;
}

// What the file must hold: the jobs are done in order, so those that wait are the last ones, and the total follows.
static bool Audit(string title, string path, int acknowledged)
{
    using JobQueue queue = JobQueue.Open(path);
    Queue status = queue.Status;
    IEnumerable<long> expected = Enumerable.Range((int)status.Done + 1, Jobs - (int)status.Done).Select(n => (long)n);
    long steps = Enumerable.Range(1, (int)status.Done).Sum(n => StepsToOne(n));
    bool isSound = queue.WaitingNumbers().SequenceEqual(expected)
        && status.Waiting == Jobs - status.Done
        && status.TotalSteps == steps
        && status.Done - acknowledged is 0 or 1; // the last one may be done and not yet acknowledged
    Console.WriteLine($"{title}  {acknowledged:N0} acknowledged, {status.Done:N0} done, {status.Waiting:N0} waiting, {(isSound ? "sound" : "NOT SOUND")}");
    return isSound;
}
