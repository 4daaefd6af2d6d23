using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>
/// What happens at a target, one line of JSON for each event, for a journal. Nothing secret is in it. A reader that went away
/// does not stop the target. Threads: safe.
/// </summary>
internal sealed class AuditLog(TextWriter output)
{
    private readonly Lock _lock = new();

    /// <summary>Writes what an initiator did, or was refused.</summary>
    internal void Write(ReplicaAudit audit) => Write(new AuditLine(DateTimeOffset.UtcNow, audit.Operation)
    {
        Identity = audit.Identity,
        Pool = audit.Pool.Length > 0 ? audit.Pool : null,
        Errno = audit.Errno,
        Message = audit.Message.Length > 0 ? audit.Message : null,
    });

    /// <summary>Writes what the target itself does.</summary>
    /// <param name="what">"ready", "stopping" or "stopped".</param>
    /// <param name="places">Where it listens; null where that does not matter.</param>
    internal void Write(string what, IReadOnlyList<string>? places = null) =>
        Write(new AuditLine(DateTimeOffset.UtcNow, what) { Listen = places });

    private void Write(AuditLine line)
    {
        string text = JsonSerializer.Serialize(line, AuditJson.Context.AuditLine);
        lock (_lock)
        {
            try
            {
                output.WriteLine(text);
                output.Flush();
            }
            catch (IOException)
            {
                // The pools matter more than their log.
            }
        }
    }
}

/// <summary>One line; members that say nothing are left out.</summary>
internal sealed record AuditLine(DateTimeOffset Time, string Event)
{
    public string? Identity { get; init; }

    public string? Pool { get; init; }

    public int? Errno { get; init; }

    public string? Message { get; init; }

    public IReadOnlyList<string>? Listen { get; init; }
}

/// <summary>Lines as JSON, without reflection.</summary>
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    internal static AuditJson Context { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    });
}
