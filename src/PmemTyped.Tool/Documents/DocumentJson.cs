using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PmemTyped.Tool.Documents;

/// <summary>Documents as JSON, without reflection: camelCase, indented, members in the order of their declaration.</summary>
[JsonSerializable(typeof(InfoDocument))]
[JsonSerializable(typeof(CheckDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(RepairDocument))]
[JsonSerializable(typeof(BlockDocument))]
[JsonSerializable(typeof(IEnumerable<BlockDocument>))]
[JsonSerializable(typeof(IReadOnlyList<RemovedDocument>))]
[JsonSerializable(typeof(FeaturesDocument))]
[JsonSerializable(typeof(CreatedDocument))]
[JsonSerializable(typeof(LintDocument))]
[JsonSerializable(typeof(SyncDocument))]
[JsonSerializable(typeof(TransformDocument))]
[JsonSerializable(typeof(GrownDocument))]
[JsonSerializable(typeof(CertificatesDocument))]
[JsonSerializable(typeof(ReplicaStatusDocument))]
[JsonSerializable(typeof(ReplicaVerifyDocument))]
[JsonSerializable(typeof(ReplicaRemoveDocument))]
[JsonSerializable(typeof(ReplicaResyncDocument))]
[JsonSerializable(typeof(ReplicaPromoteDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    private static readonly DocumentJson s_context = new(new JsonSerializerOptions
    {
        // The text goes to terminals and files, never into a web page, so quotes and other scripts stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    });

    internal static string Of(InfoDocument document) => JsonSerializer.Serialize(document, s_context.InfoDocument);

    internal static string Of(CheckDocument document) => JsonSerializer.Serialize(document, s_context.CheckDocument);

    internal static string Of(DoctorDocument document) => JsonSerializer.Serialize(document, s_context.DoctorDocument);

    internal static string Of(RepairDocument document) => JsonSerializer.Serialize(document, s_context.RepairDocument);

    internal static string Of(BlockDocument document) => JsonSerializer.Serialize(document, s_context.BlockDocument);

    /// <summary>Many blocks, written one by one.</summary>
    internal static void Write(Stream output, IEnumerable<BlockDocument> blocks) =>
        JsonSerializer.Serialize(output, blocks, s_context.IEnumerableBlockDocument);

    internal static string Of(IReadOnlyList<RemovedDocument> removed) =>
        JsonSerializer.Serialize(removed, s_context.IReadOnlyListRemovedDocument);

    internal static string Of(FeaturesDocument document) => JsonSerializer.Serialize(document, s_context.FeaturesDocument);

    internal static string Of(LintDocument document) => JsonSerializer.Serialize(document, s_context.LintDocument);

    internal static string Of(SyncDocument document) => JsonSerializer.Serialize(document, s_context.SyncDocument);

    internal static string Of(GrownDocument document) =>
        JsonSerializer.Serialize(document, s_context.GrownDocument);

    internal static string Of(TransformDocument document) =>
        JsonSerializer.Serialize(document, s_context.TransformDocument);

    internal static string Of(CertificatesDocument document) =>
        JsonSerializer.Serialize(document, s_context.CertificatesDocument);

    internal static string Of(ReplicaStatusDocument document) =>
        JsonSerializer.Serialize(document, s_context.ReplicaStatusDocument);

    internal static string Of(ReplicaVerifyDocument document) =>
        JsonSerializer.Serialize(document, s_context.ReplicaVerifyDocument);

    internal static string Of(ReplicaRemoveDocument document) =>
        JsonSerializer.Serialize(document, s_context.ReplicaRemoveDocument);

    internal static string Of(ReplicaResyncDocument document) =>
        JsonSerializer.Serialize(document, s_context.ReplicaResyncDocument);

    internal static string Of(ReplicaPromoteDocument document) =>
        JsonSerializer.Serialize(document, s_context.ReplicaPromoteDocument);

    internal static string Of(CreatedDocument document) => JsonSerializer.Serialize(document, s_context.CreatedDocument);
}
