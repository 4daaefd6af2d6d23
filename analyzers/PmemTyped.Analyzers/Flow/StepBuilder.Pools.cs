using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

// Which map or pool an object lies in, as far as the method shows it.
internal sealed partial class StepBuilder
{
    // The map behind a lease that is taken in this method.
    private ISymbol? PoolOf(IOperation? lease)
    {
        if (lease is null || !_types.IsLease(lease.Type)
            || OnlyValueOf(_values.SymbolOf(lease)) is not IInvocationOperation { TargetMethod.Name: "Lease", Instance: { } map })
        {
            return null;
        }

        ISymbol? named = _values.SymbolOf(map) ?? (map as IFieldReferenceOperation)?.Field;
        if (named is not ILocalSymbol)
        {
            return named;
        }

        return OnlyValueOf(named) is not { } value ? null : _values.SymbolOf(value) ?? named;
    }

    private IOperation? OnlyValueOf(ISymbol? symbol) =>
        symbol is not null && _values.ValuesOf(symbol) is { Count: 1 } values ? values[0] : null;
}
