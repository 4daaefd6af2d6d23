using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.LockFile;

/// <summary>Compares the layouts of a compilation with what its lock files say they were.</summary>
internal sealed class LockFileComparison
{
    private readonly ConcurrentBag<(LayoutModel Model, INamedTypeSymbol Type)> _declared = [];
    private readonly ImmutableArray<LockText> _files;

    internal LockFileComparison(AnalyzerOptions options, CancellationToken cancellation)
    {
        _files =
        [
            .. options.AdditionalFiles
                .Where(f => LockText.IsLockFile(f.Path))
                .OrderBy(f => f.Path, StringComparer.Ordinal)
                .Select(f => f.GetText(cancellation) is { } text ? LockText.Parse(f.Path, text) : null)
                .OfType<LockText>(),
        ];
    }

    internal static ImmutableArray<DiagnosticDescriptor> Rules { get; } =
    [
        EvolutionRules.NotRecorded, EvolutionRules.ChangedInPlace, EvolutionRules.NoType, EvolutionRules.Incompatible,
        EvolutionRules.OnlyVersionChanged, EvolutionRules.NoMigration,
        EvolutionRules.MalformedLockFile, EvolutionRules.RetiredBytesReused, EvolutionRules.VersionBackwards, EvolutionRules.FieldRenamed,
        LayoutRules.NameClaimedTwice,
    ];

    internal void Check(SymbolAnalysisContext context, INamedTypeSymbol type, LayoutModel model)
    {
        _declared.Add((model, type));
        List<LockLine> recorded = [.. _files.SelectMany(f => f.Lines).Where(l => l.Name == model.LayoutName)];
        LockLine? same = recorded.FirstOrDefault(l => l.Version == model.Version);
        LockLine? newest = recorded.OrderByDescending(l => l.Version).FirstOrDefault();
        if (same is null && (newest is null || newest.Version < model.Version))
        {
            ReportNotRecorded(context.ReportDiagnostic, type, model);
            CompareWithOlder(context, type, model, newest);
            CheckRetired(context, type, model, recorded);
        }
        else if (same is not null && same.Description != LayoutText.Description(model))
        {
            CompareWithLine(context, type, model, same);
        }

        MigrationRule.Check(type, model, recorded, (rule, previous, arguments) =>
            Report(context.ReportDiagnostic, rule, type, model, previous, arguments));
    }

    internal void Finish(CompilationAnalysisContext context)
    {
        var names = new HashSet<string>(_declared.Select(d => d.Model.LayoutName), StringComparer.Ordinal);
        foreach (LockText file in _files)
        {
            file.Problems.ForEach(context.ReportDiagnostic);
            foreach (LockLine line in file.Lines.Where(l => !l.IsRetired && !names.Contains(l.Name)))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    EvolutionRules.NoType, file.LocationOf(line.Span), line.Name, Text(line.Version)));
            }
        }

        foreach (var (model, type) in _declared)
        {
            CheckOlder(context, model, type);
        }

        foreach (var group in _declared.GroupBy(d => (d.Model.LayoutName, d.Model.Version)))
        {
            var types = group.OrderBy(d => d.Model.Identity.HintName, StringComparer.Ordinal).ToList();
            foreach (var (model, type) in types.Skip(1))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    LayoutRules.NameClaimedTwice, LocationOf(type), type.Name, $"'{types[0].Type.Name}' has the layout name '{model.LayoutName}' version {Text(model.Version)} as well"));
            }
        }
    }

    // The struct of an old version is kept for migrations, beside that of the newest.
    private void CheckOlder(CompilationAnalysisContext context, LayoutModel model, INamedTypeSymbol type)
    {
        List<int> versions = [.. _files.SelectMany(f => f.Lines).Where(l => l.Name == model.LayoutName).Select(l => l.Version)];
        int newest = versions.DefaultIfEmpty(0).Max();
        if (newest <= model.Version)
        {
            return;
        }

        if (!_declared.Any(d => d.Model.LayoutName == model.LayoutName && d.Model.Version >= newest))
        {
            Report(context.ReportDiagnostic, EvolutionRules.VersionBackwards, type, model, null, model.LayoutName, Text(model.Version), Text(newest));
        }
        else if (!versions.Contains(model.Version))
        {
            ReportNotRecorded(context.ReportDiagnostic, type, model);
        }
    }

    private static void CompareWithLine(SymbolAnalysisContext context, INamedTypeSymbol type, LayoutModel model, LockLine line)
    {
        LayoutChange change = LayoutChange.Between(line, model);
        if (change.Fault is { } fault)
        {
            Report(context.ReportDiagnostic, EvolutionRules.ChangedInPlace, type, model, null, model.LayoutName, Text(model.Version), fault);
            return;
        }

        foreach (var (offset, before, after) in change.Renamed)
        {
            ISymbol place = type.GetMembers(after).FirstOrDefault() ?? type;
            Report(context.ReportDiagnostic, EvolutionRules.FieldRenamed, place, model, null, Text(offset), model.LayoutName, before, after);
        }
    }

    private static void CompareWithOlder(SymbolAnalysisContext context, INamedTypeSymbol type, LayoutModel model, LockLine? older)
    {
        if (older is null)
        {
            return;
        }

        LayoutChange change = LayoutChange.Between(older, model);
        if (change is { Fault: null, Renamed.Count: 0 })
        {
            Report(context.ReportDiagnostic, EvolutionRules.OnlyVersionChanged, type, model, older, model.LayoutName, Text(model.Version), Text(older.Version));
        }
    }

    // Bytes that an old version used, and that were given up since, may still hold old values in a pool.
    private static void CheckRetired(SymbolAnalysisContext context, INamedTypeSymbol type, LayoutModel model, List<LockLine> recorded)
    {
        foreach (FieldModel field in model.NamedFields)
        {
            List<(LockLine Line, LockedField Field)> before =
            [
                .. recorded.OrderByDescending(l => l.Version)
                    .SelectMany(l => l.Fields.Where(f => f.Offset == field.Offset).Select(f => (l, f))),
            ];
            if (before.Count > 1 && before[0].Field.IsReserved
                && before.FirstOrDefault(b => !b.Field.IsReserved && b.Field.Name != field.Name) is { Line: { } line } used)
            {
                ISymbol place = type.GetMembers(field.Name).FirstOrDefault() ?? type;
                Report(context.ReportDiagnostic, EvolutionRules.RetiredBytesReused, place, model, null, field.Name, used.Field.Name, Text(line.Version));
            }
        }
    }

    private static void ReportNotRecorded(Action<Diagnostic> report, INamedTypeSymbol type, LayoutModel model) => Report(
        report, EvolutionRules.NotRecorded, type, model, null, model.LayoutName, Text(model.Version), LayoutText.Description(model));

    private static void Report(
        Action<Diagnostic> report, DiagnosticDescriptor rule, ISymbol place, LayoutModel model, LockLine? previous, params object[] arguments) =>
        report(Diagnostic.Create(
            rule,
            LocationOf(place),
            ImmutableDictionary<string, string?>.Empty
                .Add(FixKeys.Line, LayoutText.Description(model))
                .Add(FixKeys.Previous, previous is null ? null : Text(previous.Version)),
            arguments));

    private static Location LocationOf(ISymbol symbol) =>
        symbol.Locations.FirstOrDefault(l => l.SourceTree is { } tree && !TypeNames.IsGenerated(tree)) ?? Location.None;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
