using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers;

/// <summary>Judges what a layout needs of the compiler and of the target.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ToolchainAnalyzer : DiagnosticAnalyzer
{
    private static readonly HashSet<string> s_volatileTypes = new(StringComparer.Ordinal)
    {
        "System.Threading.SpinLock", "System.Threading.SpinWait", "System.Threading.Lock", "System.Threading.CancellationToken",
        "System.Threading.SemaphoreSlim", "System.Threading.Mutex", "System.Threading.ManualResetEventSlim", "System.Threading.Thread",
        "System.Runtime.InteropServices.GCHandle", "System.Threading.ReaderWriterLockSlim",
    };

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [ToolchainRules.LanguageTooOld, ToolchainRules.PlatformWithoutAtomicStore, LifetimeRules.VolatileState];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct || TypeNames.Attribute(type, TypeNames.PersistentLayout) is null)
        {
            return;
        }

        var compilation = (CSharpCompilation)context.Compilation;
        if (compilation.LanguageVersion.MapSpecifiedToEffectiveVersion() < TypeNames.CSharp14)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                ToolchainRules.LanguageTooOld, type.Locations[0], type.Name, compilation.LanguageVersion.ToDisplayString()));
        }

        foreach (ISymbol field in LayoutFields.Declared(type).Where(f => f.Locations[0].IsInSource))
        {
            if (compilation.Options.Platform is Platform.X86 or Platform.Arm && LayoutPlanner.IsPublish(field))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    ToolchainRules.PlatformWithoutAtomicStore, field.Locations[0], field.Name, compilation.Options.Platform));
            }

            ITypeSymbol stored = field is IPropertySymbol property ? property.Type : ((IFieldSymbol)field).Type;
            if (s_volatileTypes.Contains(TypeNames.MetadataName(stored)))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    LifetimeRules.VolatileState, field.Locations[0], field.Name, stored.Name));
            }
        }
    }
}
