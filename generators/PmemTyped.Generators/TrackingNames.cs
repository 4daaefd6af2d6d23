namespace PmemTyped.Generators;

/// <summary>Names of the pipeline steps that tests look at.</summary>
internal static class TrackingNames
{
    internal const string Parse = nameof(Parse);
    internal const string Layout = nameof(Layout);
    internal const string TextParse = nameof(TextParse);
    internal const string Text = nameof(Text);
    internal const string BytesParse = nameof(BytesParse);
    internal const string Bytes = nameof(Bytes);
}
