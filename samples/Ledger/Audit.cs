using PmemTyped;

namespace Ledger;

/// <summary>Compares the pool with what the input file says must be in it.</summary>
internal sealed record Audit(long Present, long Torn, long Lost, string Interrupted)
{
    public bool IsSound => Torn == 0 && Lost == 0;

    /// <summary>After so many acknowledged transfers. Only the accounts of the next one may be a step ahead.</summary>
    public static Audit Of(AccountBook book, Transfer[] transfers, int acknowledged)
    {
        Dictionary<long, Account> expected = [];
        foreach (Transfer transfer in transfers.Take(acknowledged))
        {
            Step(expected, transfer.From, -transfer.Cents, transfer.Id);
            Step(expected, transfer.To, transfer.Cents, transfer.Id);
        }

        Transfer next = transfers.ElementAtOrDefault(acknowledged);
        bool debited = IsAhead(book, next.Id, next.From, -next.Cents, expected);
        bool credited = IsAhead(book, next.Id, next.To, next.Cents, expected);
        long torn = 0;
        long present = 0;
        for (long number = 0; number < AccountBook.Accounts; number++)
        {
            BlockRecordStatus status = book.Pool.TryRead(number, out Account account);
            present += status == BlockRecordStatus.Ok ? 1 : 0;
            torn += status is BlockRecordStatus.Ok or BlockRecordStatus.Empty ? 0 : 1;
            if (status == BlockRecordStatus.Ok && !expected.ContainsKey(number))
            {
                bool isOfNext = (debited && number == next.From) || (credited && number == next.To);
                torn += isOfNext ? 0 : 1;
            }
        }

        long lost = expected.Values.Count(account =>
            !((debited && account.Number == next.From) || (credited && account.Number == next.To))
            && !Same(book, account));
        string interrupted = (debited, credited) switch
        {
            (true, false) => $"transfer {next.Id} was cut in half: debit there, credit missing",
            (true, true) => $"transfer {next.Id} was complete, but not yet acknowledged",
            _ => "no transfer was under way",
        };
        return new Audit(present, torn, lost, interrupted);
    }

    private static bool IsAhead(
        AccountBook book, long transfer, long number, long cents, Dictionary<long, Account> expected)
    {
        Dictionary<long, Account> after = new() { [number] = expected.GetValueOrDefault(number, AccountBook.Opening(number)) };
        Step(after, number, cents, transfer);
        return transfer > 0 && Same(book, after[number]);
    }

    private static void Step(Dictionary<long, Account> accounts, long number, long cents, long transfer)
    {
        Account account = accounts.GetValueOrDefault(number, AccountBook.Opening(number));
        account.BalanceCents += cents;
        account.LastTransfer = transfer;
        accounts[number] = account;
    }

    private static bool Same(AccountBook book, Account expected) =>
        book.Pool.TryRead(expected.Number, out Account found) == BlockRecordStatus.Ok
        && found.Number == expected.Number
        && found.BalanceCents == expected.BalanceCents
        && found.LastTransfer == expected.LastTransfer
        && found.Owner == expected.Owner;
}
