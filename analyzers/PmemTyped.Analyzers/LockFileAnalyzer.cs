using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.LockFile;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers;

/// <summary>Compares the layouts of a project with what its lock files say they were.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockFileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        EvolutionRules.NotRecorded, EvolutionRules.ChangedInPlace, EvolutionRules.NoType, EvolutionRules.Incompatible,
        EvolutionRules.OnlyVersionChanged, EvolutionRules.NoMigration,
        EvolutionRules.MalformedLockFile, EvolutionRules.RetiredBytesReused, EvolutionRules.VersionBackwards, EvolutionRules.FieldRenamed,
        LayoutRules.NameClaimedTwice,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            ImmutableArray<LockText> files =
            [
                .. start.Options.AdditionalFiles
                    .Where(f => LockText.IsLockFile(f.Path))
                    .OrderBy(f => f.Path, StringComparer.Ordinal)
                    .Select(f => f.GetText(start.CancellationToken) is { } text ? LockText.Parse(f.Path, text) : null)
                    .OfType<LockText>(),
            ];
            var declared = new ConcurrentBag<(LayoutModel Model, INamedTypeSymbol Type)>();
            start.RegisterSymbolAction(c => Check(c, files, declared), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(c => Finish(c, files, declared));
        });
    }

    private static void Check(
        SymbolAnalysisContext context, ImmutableArray<LockText> files, ConcurrentBag<(LayoutModel Model, INamedTypeSymbol Type)> declared)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct || TypeNames.Attribute(type, TypeNames.PersistentLayout) is null
            || LayoutPlanner.Plan(type, context.Compilation, context.CancellationToken).Model is not { } model)
        {
            return;
        }

        declared.Add((model, type));
        List<LockLine> recorded = [.. files.SelectMany(f => f.Lines).Where(l => l.Name == model.LayoutName)];
        LockLine? same = recorded.FirstOrDefault(l => l.Version == model.Version);
        LockLine? newest = recorded.OrderByDescending(l => l.Version).FirstOrDefault();
        if (same is null && (newest is null || newest.Version < model.Version))
        {
            Report(context.ReportDiagnostic, EvolutionRules.NotRecorded, type, model, null, model.LayoutName, Text(model.Version));
            CompareWithOlder(context, type, model, newest);
            CheckRetired(context, type, model, recorded);
        }
        else if (same is not null && same.Description != LayoutText.Description(model))
        {
            CompareWithLine(context, type, model, same);
        }

        MigrationRule.Check(context.Compilation, type, model, recorded, (rule, previous, arguments) =>
            Report(context.ReportDiagnostic, rule, type, model, previous, arguments));
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

    private static void Finish(
        CompilationAnalysisContext context, ImmutableArray<LockText> files, ConcurrentBag<(LayoutModel Model, INamedTypeSymbol Type)> declared)
    {
        var names = new HashSet<string>(declared.Select(d => d.Model.LayoutName), StringComparer.Ordinal);
        foreach (LockText file in files)
        {
            file.Problems.ForEach(context.ReportDiagnostic);
            foreach (LockLine line in file.Lines.Where(l => !l.IsRetired && !names.Contains(l.Name)))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    EvolutionRules.NoType, file.LocationOf(line.Span), line.Name, Text(line.Version)));
            }
        }

        foreach (var (model, type) in declared)
        {
            CheckOlder(context, model, type, files, declared);
        }

        foreach (var group in declared.GroupBy(d => (d.Model.LayoutName, d.Model.Version)))
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
    private static void CheckOlder(
        CompilationAnalysisContext context,
        LayoutModel model,
        INamedTypeSymbol type,
        ImmutableArray<LockText> files,
        ConcurrentBag<(LayoutModel Model, INamedTypeSymbol Type)> declared)
    {
        List<int> versions = [.. files.SelectMany(f => f.Lines).Where(l => l.Name == model.LayoutName).Select(l => l.Version)];
        int newest = versions.DefaultIfEmpty(0).Max();
        if (newest <= model.Version)
        {
            return;
        }

        if (!declared.Any(d => d.Model.LayoutName == model.LayoutName && d.Model.Version >= newest))
        {
            Report(context.ReportDiagnostic, EvolutionRules.VersionBackwards, type, model, null, model.LayoutName, Text(model.Version), Text(newest));
        }
        else if (!versions.Contains(model.Version))
        {
            Report(context.ReportDiagnostic, EvolutionRules.NotRecorded, type, model, null, model.LayoutName, Text(model.Version));
        }
    }

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
