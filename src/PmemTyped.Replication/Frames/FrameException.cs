namespace PmemTyped.Replication.Frames;

/// <summary>A refusal with its error number: of a frame, or of a request. Turned into a frame or a public exception.</summary>
internal sealed class FrameException(int error, string message, Exception? inner = null) : PmemException(message, inner)
{
    internal int Error { get; } = error;
}
