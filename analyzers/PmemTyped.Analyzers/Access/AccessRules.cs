using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Access;

/// <summary>Judges single expressions that reach persistent memory: leases, writable references, values, records.</summary>
internal sealed class AccessRules(MarkerTypes types)
{
    internal static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        LifetimeRules.LeaseNotScoped, LifetimeRules.StoreToReadOnly, LifetimeRules.ProcessLocalValue, LifetimeRules.WritableReference,
        LifetimeRules.ChangedCopy, LifetimeRules.CopiedReference, LifetimeRules.NeverDisposed, RecordRules.StatusIgnored,
        RecordRules.ReplicaResultIgnored, RecordRules.ReplicatedHeader, RecordRules.WithoutCodec,
    ];

    internal void Judge(IOperation operation, Action<Diagnostic> report)
    {
        switch (operation.Kind)
        {
            case OperationKind.VariableDeclarator:
                Declaration((IVariableDeclaratorOperation)operation, report);
                break;
            case OperationKind.PropertyReference:
                Reference((IPropertyReferenceOperation)operation, report);
                break;
            case OperationKind.SimpleAssignment or OperationKind.CompoundAssignment:
                Assignment((IAssignmentOperation)operation, report);
                break;
            case OperationKind.Invocation:
                Call((IInvocationOperation)operation, report);
                break;
        }
    }

    private void Declaration(IVariableDeclaratorOperation declarator, Action<Diagnostic> report)
    {
        ILocalSymbol local = declarator.Symbol;
        if (types.EndsWithScope(local.Type))
        {
            LeaseRule.Check(declarator, report);
        }

        if (ReferenceRule.IsCopied(declarator, types))
        {
            report(Diagnostic.Create(
                LifetimeRules.CopiedReference, declarator.GetVariableInitializer()!.Value.Syntax.GetLocation(), local.Name));
        }

        if (CopyRule.IsCopy(declarator, types)
            && CopyRule.FirstLostChange(declarator) is { } change)
        {
            report(Diagnostic.Create(
                LifetimeRules.ChangedCopy,
                change.Syntax.GetLocation(),
                ImmutableDictionary<string, string?>.Empty.Add(FixKeys.Root, CopyRule.WritableSource(declarator, types)),
                local.Name));
        }
    }

    private void Reference(IPropertyReferenceOperation property, Action<Diagnostic> report)
    {
        if (property.Property.Name == "DangerousValue" && types.IsCursor(property.Instance?.Type))
        {
            report(Diagnostic.Create(LifetimeRules.WritableReference, property.Syntax.GetLocation(), property.Syntax.ToString()));
        }
    }

    private void Assignment(IAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (IsOnMedia(assignment.Target))
        {
            CheckValue(assignment.Value, assignment.Target, report);
        }
    }

    private void Call(IInvocationOperation call, Action<Diagnostic> report)
    {
        if (types.IsWritable(call.Instance?.Type) && types.ContractOf(call.TargetMethod).Receiver.HasAny(Effects.Stores))
        {
            foreach (IArgumentOperation argument in call.Arguments)
            {
                CheckValue(argument.Value, call.Instance!, report);
            }
        }

        if (StoresRecord(call.Instance?.Type) && call.TargetMethod.Name is "New" or "Store" or "Write" or "WriteAsync")
        {
            foreach (IArgumentOperation argument in call.Arguments.Where(a => a.Parameter is { Name: "value" }))
            {
                CheckValue(argument.Value, call.Instance!, report);
            }
        }

        if (ReadOnlyRule.Fault(call, types) is { } fault)
        {
            report(Diagnostic.Create(LifetimeRules.StoreToReadOnly, call.Syntax.GetLocation(), fault));
        }

        RecordRule.Check(call, report);
        ReplicaRule.Check(call, types, report);
    }

    private static void CheckValue(IOperation value, IOperation place, Action<Diagnostic> report)
    {
        if (ProcessLocalRule.Find(value, depth: 0) is { } source)
        {
            report(Diagnostic.Create(
                LifetimeRules.ProcessLocalValue, source.Syntax.GetLocation(), source.Syntax.ToString(), place.Syntax.ToString()));
        }
    }

    /// <summary>A transaction or a typed pool: what stores whole values.</summary>
    private bool StoresRecord(ITypeSymbol? type) =>
        types.IsTransaction(type) || (type is INamedTypeSymbol { Name: "BlockPool", TypeArguments.Length: 1 } && types.IsResource(type));

    /// <summary>Whether a target lies in persistent memory.</summary>
    private bool IsOnMedia(IOperation target)
    {
        for (IOperation? at = target; at is not null;)
        {
            switch (at)
            {
                case IPropertyReferenceOperation property when types.IsCursor(property.Instance?.Type):
                    return property.Property.Name == "DangerousValue"
                        || (property.Property.SetMethod is { } setter && types.ContractOf(setter).Receiver.HasAny(Effects.Stores));
                case IPropertyReferenceOperation { Property.IsIndexer: true } record when StoresRecord(record.Instance?.Type):
                    return true;
                case IFieldReferenceOperation field:
                    at = field.Instance;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
