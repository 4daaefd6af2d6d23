using PmemTyped;
using PmemTyped.Mapping;
using Warnings;

string path = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "warnings.map");
await File.WriteAllBytesAsync(path, new byte[4096]);
using PmemSource source = PmemSource.Open(path);
using PmemMap map = PmemMap.Map(source);
Change(map);
await Right.AddLaterAsync(map, 3);
Console.WriteLine($"The total is {Right.Read(map)}; what the analyzers say about doing it wrong is in Wrong.cs.");

static void Change(PmemMap map)
{
    using scoped PmemMapLease lease = map.Lease();
    Persistent<Counter> counter = lease.At<Counter>(0);
    Right.Reset(counter);
    Right.Add(counter, 1);
    Right.Publish(counter, 2);
    Right.Flush(counter, 5);
    Right.Late(counter, 6);
}
