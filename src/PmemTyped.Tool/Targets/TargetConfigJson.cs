using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>
/// The configuration as JSON, read strictly: an unknown or doubled key, a missing one, a null and a wrong type are errors. A
/// misspelled limit that were ignored would be no limit.
/// </summary>
[JsonSerializable(typeof(TargetConfig))]
internal sealed partial class TargetConfigJson : JsonSerializerContext
{
    private static readonly TargetConfigJson s_context = new(new JsonSerializerOptions
    {
        AllowDuplicateProperties = false,
        Converters =
        {
            new JsonStringEnumConverter<TargetTransport>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<ReplicaRights>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
        },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    });

    /// <summary>The text of a configuration, with a line break at the end.</summary>
    internal static string Of(TargetConfig config) => JsonSerializer.Serialize(config, s_context.TargetConfig) + "\n";

    /// <summary>Reads a configuration.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <exception cref="TargetConfigException">It is not understood.</exception>
    internal static TargetConfig Read(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, s_context.TargetConfig)
                ?? throw new TargetConfigException($"'{path}', line 1: an object is expected, not null.");
        }
        catch (JsonException e)
        {
            throw new TargetConfigException(
                FormattableString.Invariant($"'{path}', line {(e.LineNumber ?? 0) + 1}: {Reason(e)} Nothing was started."), e);
        }
    }

    // The place is given already, and types of ours mean nothing to the reader.
    private static string Reason(JsonException e)
    {
        string place = e.Path is null or "$" ? string.Empty : $"{e.Path.Replace("$.", string.Empty, StringComparison.Ordinal)} is not understood: ";
        string text = e.Message.Split(" Path: ")[0];
        int type = text.IndexOf(" contained in type", StringComparison.Ordinal);
        return $"{place}{(type < 0 ? text.TrimEnd('.') : text[..type])}.";
    }
}
