namespace PmemTyped.Analyzers.Tests;

/// <summary>Layouts and methods that the cases and the corpus share; a document of its own beside each case.</summary>
internal static class Prelude
{
    internal const string Text = """
        using System;
        using System.Runtime.CompilerServices;
        using System.Threading.Tasks;
        using PmemTyped;

        [PersistentLayout("bank.account", Alignment = 64)]
        public partial struct Account
        {
            public long Id;
            public long Balance;
            public OwnerName Owner;
            public long Flags;
            [PublishField] public ulong Sequence;
        }

        [PersistentLayout("list.node", Alignment = 64)]
        public partial struct Node
        {
            public long Key;
            public long Next;
            public Bytes32 Data;
            public Point At;
        }

        [PersistentLayout("map.point")]
        public partial struct Point { public int X; public int Y; }

        [PersistentLayout("list.head", Alignment = 64)]
        public partial struct List
        {
            public long Head;
            public long Count;
            [Reserved] internal Bytes32 _r0;
            [Reserved] internal Bytes16 _r1;
        }

        [PersistentLayout("bank.transfer", Alignment = 64)]
        public partial struct Transfer
        {
            [AtomicGroup("sides")] public long Debit;
            [AtomicGroup("sides")] public long Credit;
            public long Day;
        }

        [PersistentLayout("big.page", Alignment = 64)]
        public partial struct Page
        {
            public long Number;
            public long Kind;
            public Bytes4080 Body;
        }

        [Utf8Text(32)] public partial struct OwnerName;
        [InlineArray(16)] public struct Bytes16 { private byte _e; }
        [InlineArray(32)] public struct Bytes32 { private byte _e; }
        [InlineArray(4080)] public struct Bytes4080 { private byte _e; }

        public static class Out
        {
            public static void Touch(Persistent<Account> p) => p.Persist();
            public static void Persist([Persists] Persistent<Account> p) => p.Persist();
            public static void PersistId([Persists("Id")] Persistent<Account> p) => p.Persist(Account.FieldSet.Id);
            public static void Flush([Flushes] Persistent<Account> p) => p.Flush();
            public static void Fill([LeavesUnpersisted] Persistent<Account> p) => p.Id = 1;
            public static void FillId([LeavesUnpersisted("Id")] Persistent<Account> p) => p.Id = 1;
            public static void Hand([RequiresPersisted] Persistent<Account> p) => _ = p.Id;
            public static void Raw(ref long value) => value = 1;
            public static void RawStores([Stores] ref long value) => value = 1;
            public static bool Risky() => DateTime.UtcNow.Ticks > 0;
            public static Task Later() => Task.CompletedTask;
        }

        [SelfRelative]
        [PersistentLayout("list.reference")]
        public partial struct NodeRef
        {
            public long Delta;
            public readonly bool IsNull => Delta == 0;
            public readonly long Resolve() => Delta;
        }

        [PersistentLayout("list.link", Alignment = 64)]
        public partial struct NodeLink { public NodeRef Next; public long Key; }

        // What the runtime does not have yet; the rule knows it by name.
        namespace PmemTyped { [AttributeUsage(AttributeTargets.Struct)] public sealed class SelfRelativeAttribute : Attribute; }
        """;
}
