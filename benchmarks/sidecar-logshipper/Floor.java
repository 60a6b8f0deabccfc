import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The least that Java can do to get files into a socket, to hold shippers against: {@code java
 * Floor copy|sendfile FOLDER PORT}. It looks at no byte, and waits to be ended, so that its use can
 * be read.
 */
final class Floor {
  private static final int BUFFER_BYTES = 256 << 10;

  public static void main(String[] args) throws IOException, InterruptedException {
    var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[2]));
    try (var socket = SocketChannel.open(to);
        var files = Files.newDirectoryStream(Path.of(args[1]))) {
      for (var file : files) {
        try (var channel = FileChannel.open(file)) {
          if (args[0].equals("sendfile")) {
            sendfile(channel, socket);
          } else {
            copy(channel, socket);
          }
        }
      }
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private static void copy(FileChannel from, SocketChannel to) throws IOException {
    var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (from.read(buffer.clear()) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  private static void sendfile(FileChannel from, SocketChannel to) throws IOException {
    long size = from.size();
    for (long at = 0; at < size; ) {
      at += from.transferTo(at, size - at, to);
    }
  }
}
