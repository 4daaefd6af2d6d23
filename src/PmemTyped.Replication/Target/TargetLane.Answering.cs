using System.Security.Cryptography;
using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Target;

/// <content>What goes back: acknowledgements, answers, refusals.</content>
internal sealed partial class TargetLane
{
    private void Acknowledge()
    {
        FrameHeaderLayout answer = FrameHeaders.Of(FrameKind.Acknowledge, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Sequence = _progress.Durable;
        answer.UpTo = (long)_progress.Stored;
        answer.Credit = _progress.StoredBytes + (uint)_options.WindowBytes;
        answer.Status = FrameHeaders.StatusOf(_progress.Status, _facts.Durability);
        _writer.Append(ref answer, [], ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
        _due.Clear();
        _progress.NoteTold();
    }

    private void Read(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        if (_image.CheckLoad(header.PoolOffset, length) != Errno.None || length > _options.MaxFrameBytes)
        {
            Refuse(header.Request, Errno.Invalid, "The range does not lie in the window.");
            return;
        }

        FrameHeaderLayout answer = Answer(FrameKind.ReadData, in header);
        _writer.Append(ref answer, _image.Window(header.PoolOffset, (int)length), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private void Hash(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        if (_image.CheckLoad(header.PoolOffset, length) != Errno.None || length > _options.MaxFrameBytes)
        {
            Refuse(header.Request, Errno.Invalid, "The range does not lie in the window.");
            return;
        }

        _image.Preload(header.UpTo, length);
        SHA256.HashData(_image.Window(header.PoolOffset, (int)length), _hash);
        FrameHeaderLayout answer = Answer(FrameKind.HashAnswer, in header);
        _writer.Append(ref answer, _hash.AsSpan(0, HashBytes), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private void Refuse(uint request, int error, string message)
    {
        FrameHeaderLayout answer = FrameHeaders.Of(FrameKind.Error, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Request = request;
        answer.Status = FrameHeaders.StatusOf(error, _facts.Durability);
        _writer.Append(ref answer, Encoding.UTF8.GetBytes(message), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private FrameHeaderLayout Answer(FrameKind kind, in FrameHeaderLayout request)
    {
        FrameHeaderLayout answer = FrameHeaders.Of(kind, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Request = request.Request;
        answer.PoolOffset = request.PoolOffset;
        answer.UpTo = request.UpTo;
        return answer;
    }
}
