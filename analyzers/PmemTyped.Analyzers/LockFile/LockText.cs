using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.LockFile;

/// <summary>One of the two lock files, parsed; with what is wrong with its form.</summary>
internal sealed class LockText
{
    internal const string Shipped = "PersistentLayouts.Shipped.txt";
    internal const string Unshipped = "PersistentLayouts.Unshipped.txt";

    private readonly string _path;
    private readonly SourceText _text;

    private LockText(string path, SourceText text)
    {
        _path = path;
        _text = text;
        foreach (TextLine line in text.Lines)
        {
            string content = line.ToString().Trim();
            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            if (LockLine.Parse(content, line.Span) is not { } parsed)
            {
                Report(line.Span, $"'{content}' is no layout: name@version size= align= hash= {{ offset:name:type ... }}");
                continue;
            }

            int order = Lines.Count == 0 ? -1 : LockLine.Order(Lines[Lines.Count - 1], parsed);
            if (order >= 0)
            {
                Report(line.Span, $"Layout '{parsed.Name}' version {parsed.Version} {(order == 0 ? "is recorded twice" : "is out of order: by name, newest version first")}");
            }

            Lines.Add(parsed);
        }
    }

    internal List<LockLine> Lines { get; } = [];

    internal List<Diagnostic> Problems { get; } = [];

    internal static bool IsLockFile(string path) => System.IO.Path.GetFileName(path) is Shipped or Unshipped;

    internal static LockText Parse(string path, SourceText text) => new(path, text);

    internal Location LocationOf(TextSpan span) => Location.Create(_path, span, _text.Lines.GetLinePositionSpan(span));

    private void Report(TextSpan span, string fault) =>
        Problems.Add(Diagnostic.Create(EvolutionRules.MalformedLockFile, LocationOf(span), fault));
}
