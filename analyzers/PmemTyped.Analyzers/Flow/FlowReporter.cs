using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Flow;

/// <summary>Turns states into findings: it is shown every step of the last pass, and the end.</summary>
internal sealed partial class FlowReporter(FlowProgram program, bool assumesEadr, Action<Diagnostic> report)
{
    private readonly FlowState _states = new(program);
    private readonly HashSet<(string Id, int Start)> _reported = [];
    private bool _isExceptional;

    private string OwnerName => program.Owner is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } ? "lambda"
        : program.Owner is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name
        : program.Owner.Name == "<Main>$" ? "Main" : program.Owner.Name;

    /// <summary>Called before each step takes effect.</summary>
    internal void Before(in Step step, ulong[] state)
    {
        switch (step.Kind)
        {
            case StepKind.Store:
                BeforeUse(step, state);
                BeforeStore(step, state);
                break;
            case StepKind.Flush:
                BeforeUse(step, state);
                BeforeFlush(step, state);
                break;
            case StepKind.Drain when !step.Is(StepFlags.OfPersist) && !step.Is(StepFlags.Implicit):
                BeforeDrain(step, state);
                break;
            case StepKind.Suspend:
                Unfinished(state, DurabilityRules.SuspendedUnpersisted, step.Operation);
                break;
            case StepKind.Link:
                BeforeLink(step, state);
                break;
            case StepKind.Replicate:
                BeforeReplicate(step, state);
                break;
            case StepKind.Require:
                BeforeRequire(step, state);
                break;
            case StepKind.Use when !step.Is(StepFlags.Implicit) && !_states.MayBeAlive(state, step.Root):
                Report(LifetimeRules.UsedAfterDispose, step.Operation, null, step.Operation.Syntax.ToString(), EndOf(step.Operation));
                break;
        }
    }

    private static string EndOf(IOperation use) =>
        use is ILocalReferenceOperation ? "what gave it has ended" : "it was disposed or committed";

    /// <summary>Called where an exception is thrown explicitly.</summary>
    internal void AtThrow(ulong[] state, IOperation? thrown)
    {
        _isExceptional = true;
        Unfinished(state, DurabilityRules.UnpersistedByException, thrown);
        _isExceptional = false;
    }

    /// <summary>Called once with the state in which the method returns.</summary>
    internal void AtExit(ulong[] state)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (int index = RootTable.Fence + 1; index < program.Roots.Count; index++)
        {
            Root root = program.Roots[index];
            if (Contracts.MayLeave(program.Owner, root))
            {
                continue;
            }

            ulong stored = UnflushedOf(state, root);
            if (stored != 0)
            {
                ulong late = FlowState.AfterFlushOf(state, root.Index) & stored & ~root.Shape.Publish;
                DiagnosticDescriptor rule = late != 0 ? DurabilityRules.StoreAfterFlush : DurabilityRules.NeverFlushed;
                _ = named.Add(root.Name);
                ReportStores(rule, root, stored, state, null, OwnerName);
            }
            else if (FlowState.FlushedOf(state, root.Index) != 0 && !Contracts.MayLeaveFlushed(root) && LastFlush(root, state) is { } flush)
            {
                _ = named.Add(root.Name);
                Report(DurabilityRules.NeverDrained, flush, Properties(root, 0), root.Name, OwnerName);
            }
            else if (named.Add(root.Name))
            {
                CheckContract(root, state);
            }
        }
    }

    // With the caches inside the power-fail domain a store is not lost for want of a flush.
    private ulong UnflushedOf(ulong[] state, Root root) => assumesEadr ? 0 : FlowState.StoredOf(state, root.Index);

    private IEnumerable<Root> Objects() => program.Roots.Skip(RootTable.Fence + 1);

    private void CheckContract(Root root, ulong[] state)
    {
        if (root.Parameter is not { } parameter)
        {
            return;
        }

        Effect promised = MethodContract.Read(parameter.GetAttributes());
        if (!promised.HasAny(Effects.Flushes))
        {
            return;
        }

        ulong mask = root.Shape.Mask(promised.Fields);
        ulong open = FlowState.UnknownOf(state, root.Index) | (promised.HasAny(Effects.Drains) ? FlowState.FlushedOf(state, root.Index) : 0);
        if ((open & mask) != 0 && parameter.Locations.FirstOrDefault() is { } location)
        {
            report(Diagnostic.Create(
                DurabilityRules.ContractNotKept,
                location,
                Properties(root, 0),
                parameter.Name,
                promised.HasAny(Effects.Drains) ? "persisted" : "flushed",
                OwnerName));
        }
    }

    // At a suspension or a throw everything that the method has begun is lost sight of.
    private void Unfinished(ulong[] state, DiagnosticDescriptor rule, IOperation? at)
    {
        for (int index = RootTable.Fence + 1; index < program.Roots.Count; index++)
        {
            Root root = program.Roots[index];
            ulong open = UnflushedOf(state, root) | FlowState.FlushedOf(state, root.Index);
            if (open != 0 && !(_isExceptional && Contracts.MayLeave(program.Owner, root)))
            {
                ReportStores(rule, root, open, state, at, OwnerName);
            }
        }
    }

    private void ReportStores(DiagnosticDescriptor rule, Root root, ulong mask, ulong[] state, IOperation? at, string owner)
    {
        List<IOperation> sites = [];
        foreach (int site in root.Sites)
        {
            if ((program.Sites[site].Mask & mask) != 0 && (_states.IsStoreOpen(state, site) || _states.IsFlushOpen(state, site)))
            {
                sites.Add(program.Sites[site].Operation);
            }
        }

        if (sites.Count > 1)
        {
            sites.Sort(static (a, b) => a.Syntax.SpanStart.CompareTo(b.Syntax.SpanStart));
        }

        if (sites.Count == 0 && at is null)
        {
            return;
        }

        IOperation last = sites.Count == 0 ? at! : sites[sites.Count - 1];
        if (sites.Count > 0)
        {
            sites.RemoveAt(sites.Count - 1);
        }

        ReportAt(rule, last.Syntax.GetLocation(), sites, Properties(root, mask), root.Name, FieldsOf(root, mask), owner);
    }

    private IOperation? LastFlush(Root root, ulong[] state) => LastOf(root.Sites.Where(s => _states.IsFlushOpen(state, s)));

    private IOperation? LastOf(IEnumerable<int> sites) =>
        sites.Select(s => program.Sites[s].Operation).OrderBy(o => o.Syntax.SpanStart).LastOrDefault();

    private static string FieldsOf(Root root, ulong mask)
    {
        string names = mask == LayoutShape.All ? "" : root.Shape.Describe(mask);
        return names.Length == 0 ? "" : " (" + names + ")";
    }

    private static ImmutableDictionary<string, string?> Properties(Root root, ulong mask) =>
        root.Shape.Properties
            .Add(FixKeys.Root, root.Name)
            .Add(FixKeys.Fields, root.Shape.IsEverything(mask) || (mask & LayoutShape.Rest) != 0 ? "" : string.Join(",", root.Shape.Named(mask)));

    private void Report(DiagnosticDescriptor rule, IOperation operation, ImmutableDictionary<string, string?>? properties, params string[] arguments) =>
        ReportAt(rule, operation.Syntax.GetLocation(), [], properties, arguments);

    private void ReportAt(
        DiagnosticDescriptor rule,
        Location location,
        List<IOperation> others,
        ImmutableDictionary<string, string?>? properties,
        params string[] arguments)
    {
        if (_reported.Add((rule.Id, location.SourceSpan.Start)))
        {
            Location[] places = others.Count == 0 ? [] : [.. others.Select(o => o.Syntax.GetLocation())];
            report(Diagnostic.Create(rule, location, places, properties, arguments));
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
