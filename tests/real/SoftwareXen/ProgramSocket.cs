using System.Net.Sockets;
using System.Runtime.InteropServices;
using Conformance.Adapters.SoftwareXen;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>A program's side of the messages, without the preload library.</summary>
internal static class ProgramSocket
{
    /// <summary>The answer's value, or the errno number below 0.</summary>
    public static long Ask(this Socket socket, Operation operation, ulong a = 0, ulong b = 0, ulong c = 0)
    {
        byte[] request = new byte[Call.Size];
        MemoryMarshal.Write(request, new Call(operation, 0, a, b, c, 0));
        socket.Send(request);
        byte[] answer = Receive(socket, 16);
        Receive(socket, (int)BitConverter.ToUInt32(answer, 12));
        uint error = BitConverter.ToUInt32(answer, 8);
        return error == 0 ? BitConverter.ToInt64(answer) : -error;
    }

    public static ulong ReadPort(this Socket events) => BitConverter.ToUInt32(Receive(events, sizeof(uint)));

    private static byte[] Receive(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int got = 0; got < count;)
        {
            int more = socket.Receive(bytes, got, count - got, SocketFlags.None);
            Assert.NotEqual(0, more);
            got += more;
        }

        return bytes;
    }
}
