using System.Buffers.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>READ, WRITE, MKDIR, RM, DIRECTORY and DIRECTORY_PART.</summary>
internal sealed class NodeRequests(PathResolver paths)
{
    private readonly ByteBuffer _reply = new();

    public XsError Read(in Request request)
    {
        var error = FindReadable(request);
        return error == XsError.None ? request.Reply(request.Workspace.ReadValue()) : error;
    }

    public XsError Directory(in Request request)
    {
        var error = FindReadable(request);
        return error == XsError.None ? request.Reply(request.Workspace.ReadChildren(out _)) : error;
    }

    public XsError DirectoryPart(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var text) || !PayloadReader.TrySingle(reader.Rest, out var number)
            || !XsNumber.TryParse(number, int.MaxValue, out ulong offset)
            || !paths.TryResolve(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        var error = request.Workspace.Find(request.Caller, path, XsAccess.Read);
        if (error != XsError.None)
        {
            return error;
        }

        var children = request.Workspace.ReadChildren(out ulong generation);
        return request.Reply(Part(children, (int)offset, generation));
    }

    public XsError Write(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var text) || !paths.TryResolve(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        var workspace = request.Workspace;
        var error = workspace.Find(request.Caller, path, XsAccess.Write);
        error = error switch
        {
            XsError.None => workspace.WriteValue(request.Caller, path, reader.Rest),
            XsError.ENOENT => workspace.Create(request.Caller, path, reader.Rest),
            _ => error,
        };
        return error == XsError.None ? request.ReplyOk() : error;
    }

    public XsError Mkdir(in Request request)
    {
        if (!PayloadReader.TrySingle(request.Payload, out var text) || !paths.TryResolve(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        var error = request.Workspace.Find(request.Caller, path, XsAccess.Write);
        if (error == XsError.ENOENT)
        {
            error = request.Workspace.Create(request.Caller, path, default);
        }

        return error == XsError.None ? request.ReplyOk() : error;
    }

    public XsError Remove(in Request request)
    {
        if (!PayloadReader.TrySingle(request.Payload, out var text) || !paths.TryResolve(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        var workspace = request.Workspace;
        var error = workspace.Find(request.Caller, path, XsAccess.Write);
        if (error == XsError.None)
        {
            error = path.IsRoot ? XsError.EINVAL : workspace.Remove(path);
        }
        else if (error == XsError.ENOENT && workspace.TryRemoveMissing(path))
        {
            error = XsError.None;
        }

        return error == XsError.None ? request.ReplyOk() : error;
    }

    private XsError FindReadable(in Request request) =>
        PayloadReader.TrySingle(request.Payload, out var text) && paths.TryResolve(request.Caller, text, out var path)
            ? request.Workspace.Find(request.Caller, path, XsAccess.Read)
            : XsError.EINVAL;

    /// <summary>The generation, then whole names from the offset on; an empty string after the last one (XS-054).</summary>
    private ReadOnlySpan<byte> Part(ReadOnlySpan<byte> children, int offset, ulong generation)
    {
        _reply.Clear();
        Utf8Formatter.TryFormat(generation, _reply.Reserve(24), out int digits);
        _reply.Advance(digits);
        _reply.Append([0]);
        var rest = children[Math.Min(offset, children.Length)..];
        int room = XsLimits.PayloadMax - _reply.Length;
        if (rest.Length < room)
        {
            _reply.AppendString(rest);
        }
        else
        {
            _reply.Append(rest[..(rest[..room].LastIndexOf((byte)0) + 1)]);
        }

        return _reply.Written;
    }
}
