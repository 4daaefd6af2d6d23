using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace PmemTyped.Analyzers.Flow;

// What ends, and what is used of it: leases, transactions, regions, pools and replicas.
internal sealed partial class StepBuilder
{
    private void OnResource(IInvocationOperation call)
    {
        if (call.Instance is not { } instance || !_types.IsResource(instance.Type)
            || _values.SymbolOf(instance) is not { } symbol || _resources.IndexOf(symbol, instance.Type) is not { } resource)
        {
            return;
        }

        StepFlags flags = call.IsImplicit ? StepFlags.Implicit : StepFlags.None;
        bool isCommit = call.TargetMethod.Name == "Commit";
        bool isEnd = isCommit || call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" or "CloseAsync";

        // To end something twice changes nothing, except for a transaction that is committed after it has ended.
        if (!isEnd || isCommit)
        {
            _steps.Add(new Step(StepKind.Use, resource, 0, call, Flags: flags));
        }

        if (isEnd)
        {
            _steps.Add(new Step(StepKind.Dispose, resource, 0, call, Flags: flags));
        }
    }

    // A reader, or a cursor of a transaction, is no object of its own here: each mention of it is a use of what gave it.
    private void OnCursor(ILocalReferenceOperation cursor)
    {
        bool isReader = _types.IsReader(cursor.Type);
        if ((isReader || _types.IsCursor(cursor.Type))
            && OnlyValueOf(cursor.Local) is IInvocationOperation { Instance: { } source } given
            && (isReader || _values.IsOfTransaction(given))
            && _types.IsResource(source.Type) && _values.SymbolOf(source) is { } symbol
            && _resources.IndexOf(symbol, source.Type) is { } resource)
        {
            _steps.Add(new Step(StepKind.Use, resource, 0, cursor));
        }
    }

    /// <summary>Whether what was sent before is on the replica when the call is over.</summary>
    private bool IsReplicated(IInvocationOperation call)
    {
        string name = call.TargetMethod.Name;
        return _types.IsRemotePool(call.Instance?.Type) || _types.IsRpmem(call.TargetMethod.ContainingType)
            ? name.StartsWith("Persist", StringComparison.Ordinal)
                || name.StartsWith("DeepPersist", StringComparison.Ordinal)
                || name.StartsWith("Drain", StringComparison.Ordinal)
            : _types.IsReplicaSet(call.Instance?.Type) && name == "Drain";
    }
}
