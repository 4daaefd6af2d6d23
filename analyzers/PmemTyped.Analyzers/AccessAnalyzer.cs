using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Access;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers;

/// <summary>Judges single expressions that reach persistent memory: leases, writable references, values, records.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AccessAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        LifetimeRules.LeaseNotScoped, LifetimeRules.StoreToReadOnly, LifetimeRules.ProcessLocalValue, LifetimeRules.WritableReference,
        LifetimeRules.ChangedCopy, LifetimeRules.CopiedReference, RecordRules.StatusIgnored, RecordRules.ReplicaResultIgnored,
        RecordRules.ReplicatedHeader, RecordRules.WithoutCodec,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (MarkerTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(c => Lease(c, types), OperationKind.VariableDeclarator);
                start.RegisterOperationAction(c => Reference(c, types), OperationKind.PropertyReference);
                start.RegisterOperationAction(
                    c => Assignment(c, types), OperationKind.SimpleAssignment, OperationKind.CompoundAssignment);
                start.RegisterOperationAction(c => Call(c, types), OperationKind.Invocation);
            }
        });
    }

    private static void Lease(OperationAnalysisContext context, MarkerTypes types)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        ILocalSymbol local = declarator.Symbol;
        IOperation? value = declarator.GetVariableInitializer()?.Value;
        if (types.IsLease(local.Type) && local is { ScopedKind: ScopedKind.None, IsRef: false }
            && value is IInvocationOperation { TargetMethod.Name: "Lease" })
        {
            context.ReportDiagnostic(Diagnostic.Create(LifetimeRules.LeaseNotScoped, local.Locations[0], local.Name));
        }

        if (ReferenceRule.IsCopied(declarator, types))
        {
            context.ReportDiagnostic(Diagnostic.Create(LifetimeRules.CopiedReference, value!.Syntax.GetLocation(), local.Name));
        }

        if (CopyRule.IsCopy(declarator, types)
            && CopyRule.FirstLostChange(declarator) is { } change)
        {
            context.ReportDiagnostic(Diagnostic.Create(LifetimeRules.ChangedCopy, change.Syntax.GetLocation(), local.Name));
        }
    }

    private static void Reference(OperationAnalysisContext context, MarkerTypes types)
    {
        var property = (IPropertyReferenceOperation)context.Operation;
        if (property.Property.Name == "DangerousValue" && types.IsCursor(property.Instance?.Type))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                LifetimeRules.WritableReference, property.Syntax.GetLocation(), property.Syntax.ToString()));
        }
    }

    private static void Assignment(OperationAnalysisContext context, MarkerTypes types)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (OnMedia(assignment.Target, types) is { } place)
        {
            CheckValue(context, assignment.Value, place);
        }
    }

    private static void Call(OperationAnalysisContext context, MarkerTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (types.IsWritable(call.Instance?.Type) && types.ContractOf(call.TargetMethod).Receiver.HasAny(Effects.Stores))
        {
            foreach (IArgumentOperation argument in call.Arguments)
            {
                CheckValue(context, argument.Value, call.Instance!.Syntax.ToString());
            }
        }

        if (ReadOnlyRule.Fault(call, types) is { } fault)
        {
            context.ReportDiagnostic(Diagnostic.Create(LifetimeRules.StoreToReadOnly, call.Syntax.GetLocation(), fault));
        }

        RecordRule.Check(context, call);
        ReplicaRule.Check(context, call);
    }

    private static void CheckValue(OperationAnalysisContext context, IOperation value, string place)
    {
        if (ProcessLocalRule.Find(value, depth: 0) is { } source)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                LifetimeRules.ProcessLocalValue, source.Syntax.GetLocation(), source.Syntax.ToString(), place));
        }
    }

    /// <summary>The text of a target that lies in persistent memory.</summary>
    private static string? OnMedia(IOperation target, MarkerTypes types)
    {
        for (IOperation? at = target; at is not null;)
        {
            switch (at)
            {
                case IPropertyReferenceOperation property when types.IsCursor(property.Instance?.Type):
                    bool isStore = property.Property.Name == "DangerousValue"
                        || (property.Property.SetMethod is { } setter && types.ContractOf(setter).Receiver.HasAny(Effects.Stores));
                    return isStore ? target.Syntax.ToString() : null;
                case IFieldReferenceOperation field:
                    at = field.Instance;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
