namespace PmemTyped.Objects.Tests;

/// <summary>The record of most tests.</summary>
[PersistentLayout("test.account", Version = 1)]
public partial struct Account
{
    public long Id;
    public long Balance;
    public OwnerName Owner;
}

/// <summary>The same name in a later version: a field moved, one was added.</summary>
[PersistentLayout("test.account", Version = 2)]
public partial struct AccountV2
{
    public long Id;
    public OwnerName Owner;
    public long Balance;
    public int Branch;
    public int Flags;
}

/// <summary>The same bytes under other C# names.</summary>
[PersistentLayout("test.account", Version = 1)]
#pragma warning disable PMT0017 // two programs of different age, in one test project
public partial struct RenamedAccount
#pragma warning restore PMT0017
{
    public long Number;
    public long Amount;
    public OwnerName Holder;
}

/// <summary>A record larger than the smallest block.</summary>
[PersistentLayout("test.page")]
[BlockRecord(BlockSize = 4096)]
public partial struct Page
{
    public long Number;
    public PageText Text;
}

[Utf8Text(32)]
public partial struct OwnerName;

[Utf8Text(2000)]
public partial struct PageText;
