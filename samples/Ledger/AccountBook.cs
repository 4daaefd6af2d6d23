using PmemTyped;

namespace Ledger;

/// <summary>
/// A million accounts in a pool. Each transfer writes two records, each atomic by itself; the number of the last transfer
/// in the record makes applying a transfer again harmless, which is all the recovery that a crash between them needs.
/// </summary>
internal sealed class AccountBook(BlockPool<Account> pool) : IDisposable
{
    public const long Accounts = 1_000_000;
    private const long OpeningCents = 100_000;

    public BlockPool<Account> Pool => pool;

    public static Account Opening(long number) =>
        new() { Number = number, BalanceCents = OpeningCents, Owner = $"Account holder {number}" };

    /// <summary>When it returns, both sides of the transfer are durable.</summary>
    public void Apply(Transfer transfer)
    {
        Book(transfer.From, -transfer.Cents, transfer.Id);
        Book(transfer.To, transfer.Cents, transfer.Id);
    }

    /// <summary>The last transfer of which a trace is in the pool.</summary>
    public long LastTransfer()
    {
        long last = 0;
        foreach (PresentRecord<Account> account in pool.Records)
        {
            last = Math.Max(last, account.Value.LastTransfer);
        }

        return last;
    }

    public Account Find(long number) => pool.TryRead(number, out Account account) switch
    {
        BlockRecordStatus.Ok => account,
        BlockRecordStatus.Empty => Opening(number),
        BlockRecordStatus status => throw new BlockRecordException(pool.Blocks.Path, number, status),
    };

    public void Dispose() => pool.Dispose();

    private void Book(long number, long cents, long transfer)
    {
        Account account = Find(number);
        if (account.LastTransfer < transfer)
        {
            account.BalanceCents += cents;
            account.LastTransfer = transfer;
            pool[number] = account;
        }
    }
}
