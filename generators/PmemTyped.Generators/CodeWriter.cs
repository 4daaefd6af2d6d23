// Holds one idea: indented text with line feeds only and numbers that do not depend on the culture.
using System.Globalization;
using System.Text;

namespace PmemTyped.Generators;

internal sealed class CodeWriter
{
    private const string Indentation = "    ";

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes one line or several, each at the current depth.</summary>
    internal void Line(FormattableString text) => Plain(text.ToString(CultureInfo.InvariantCulture));

    internal void Plain(string text)
    {
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            if (line.Length > 0)
            {
                for (int i = 0; i < _depth; i++)
                {
                    _text.Append(Indentation);
                }
            }

            _text.Append(line).Append('\n');
        }
    }

    internal void Blank() => _text.Append('\n');

    internal void Open()
    {
        Plain("{");
        _depth++;
    }

    internal void Close(string suffix = "")
    {
        _depth--;
        Plain("}" + suffix);
    }

    public override string ToString() => _text.ToString();
}
