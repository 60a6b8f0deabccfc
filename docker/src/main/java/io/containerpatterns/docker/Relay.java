package io.containerpatterns.docker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Carries connections on to another address. Two of them bring a pod to a server that listens on
 * the loopback address of the test's machine, at the same address in the pod:
 *
 * <pre>
 *   [ container ] -> 127.0.0.1:port -> [ Relay in the pod ] -> file of a mounted folder
 *                                                                      |
 *                    127.0.0.1:port of the machine <- [ Relay of the test ]
 * </pre>
 *
 * No port is opened to anybody else. Uses nothing but the JDK: in the pod it runs alone.
 */
public final class Relay implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final ServerSocketChannel listening;
  private final SocketAddress to;

  private Relay(ServerSocketChannel listening, SocketAddress to) {
    this.listening = listening;
    this.to = to;
  }

  /** In the pod: the port to listen on, and the file of the socket to go on to. */
  public static void main(String[] args) throws IOException, InterruptedException {
    SocketAddress port = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
    try (Relay relay = start(port, UnixDomainSocketAddress.of(args[1]))) {
      relay.awaitClose();
    }
  }

  /** Of the test: from a socket in the file system to a port. */
  static Relay start(Path from, InetSocketAddress to) throws IOException {
    return start(UnixDomainSocketAddress.of(from), to);
  }

  private static Relay start(SocketAddress from, SocketAddress to) throws IOException {
    var family =
        from instanceof UnixDomainSocketAddress
            ? StandardProtocolFamily.UNIX
            : StandardProtocolFamily.INET;
    var relay = new Relay(ServerSocketChannel.open(family).bind(from), to);
    Thread.ofVirtual().start(relay::accept);
    return relay;
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        SocketChannel near = listening.accept();
        Thread.ofVirtual().start(() -> carry(near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void carry(SocketChannel near) {
    try (near;
        SocketChannel far = SocketChannel.open(to)) {
      Thread back = Thread.ofVirtual().start(() -> copy(far, near));
      copy(near, far);
      back.join();
    } catch (IOException gone) {
      // The peer sees its own connection end, as it would without us.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the end of one direction, which is passed on; a broken one breaks the other. */
  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try {
      while (from.read(chunk) >= 0) {
        chunk.flip();
        while (chunk.hasRemaining()) {
          to.write(chunk);
        }
        chunk.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is not used any more.
    }
  }

  private void awaitClose() throws InterruptedException {
    Thread.currentThread().join();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
