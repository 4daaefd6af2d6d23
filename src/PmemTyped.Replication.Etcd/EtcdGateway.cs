using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PmemTyped.Replication.Etcd;

/// <summary>
/// The calls of etcd's v3 API that are needed, through its JSON gateway. Members are asked in turn until one answers; every
/// request can be repeated. Threads: safe.
/// </summary>
internal sealed class EtcdGateway : IDisposable
{
    // What an answer of the few calls can be at most.
    private const long MaxAnswerBytes = 64 << 10;

    private readonly HttpClient _client;
    private readonly Uri[] _members;
    private int _first;

    internal EtcdGateway(IReadOnlyList<Uri> members, TimeSpan timeout)
    {
        _members = [.. members];
        _client = new HttpClient { Timeout = timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    public void Dispose() => _client.Dispose();

    internal static string? TextOf(JsonNode node, string name) => node[name] is JsonValue value ? value.ToString() : null;

    /// <summary>
    /// Sets a key when its value is the expected one, or when there is none and none is expected. Linearizable: agreed on by a
    /// majority of the members.
    /// </summary>
    internal bool TrySet(string key, string value, string? expected, string lease, CancellationToken cancellation)
    {
        JsonObject condition = expected is null
            ? new JsonObject { ["key"] = Encoded(key), ["target"] = "CREATE", ["result"] = "EQUAL", ["create_revision"] = "0" }
            : new JsonObject { ["key"] = Encoded(key), ["target"] = "VALUE", ["result"] = "EQUAL", ["value"] = Encoded(expected) };
        JsonObject put = new() { ["key"] = Encoded(key), ["value"] = Encoded(value), ["lease"] = lease };
        JsonNode answer = Post(
            "kv/txn",
            new JsonObject { ["compare"] = new JsonArray(condition), ["success"] = new JsonArray(new JsonObject { ["request_put"] = put }) },
            cancellation);
        return answer["succeeded"] is JsonValue succeeded && succeeded.TryGetValue(out bool isSet) && isSet;
    }

    /// <summary>The value of a key; null for none. Linearizable.</summary>
    internal string? Read(string key, CancellationToken cancellation)
    {
        JsonNode answer = Post("kv/range", new JsonObject { ["key"] = Encoded(key) }, cancellation);
        return answer["kvs"] is JsonArray { Count: > 0 } found && found[0] is { } first && TextOf(first, "value") is { } value
            ? Encoding.UTF8.GetString(Convert.FromBase64String(value))
            : null;
    }

    /// <summary>Asks one member after another; the one that answered is asked first the next time.</summary>
    internal JsonNode Post(string call, JsonObject body, CancellationToken cancellation)
    {
        List<string> failures = [];
        int first = Volatile.Read(ref _first);
        for (int i = 0; i < _members.Length; i++)
        {
            int member = (first + i) % _members.Length;
            try
            {
                JsonNode answer = Ask(new Uri(_members[member], "v3/" + call), body, cancellation);
                Volatile.Write(ref _first, member);
                return answer;
            }
            catch (Exception e) when (e is HttpRequestException or JsonException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                failures.Add($"{_members[member]}: {e.Message}");
            }
        }

        throw new IOException(
            $"No member of etcd answered '{call}'. Check that a majority of them runs and is reached. {string.Join("; ", failures)}");
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private JsonNode Ask(Uri call, JsonObject body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = _client.Send(request, cancellation);
        using var reader = new StreamReader(answer.Content.ReadAsStream(cancellation));
        string text = reader.ReadToEnd();

        // A lease that is gone is an answer; anything else that is refused is a member without a leader, for example.
        if (answer.StatusCode != HttpStatusCode.OK && answer.StatusCode != HttpStatusCode.NotFound)
        {
            throw new HttpRequestException($"{(int)answer.StatusCode} {text}");
        }

        return JsonNode.Parse(text) ?? throw new JsonException("The answer is empty.");
    }
}
