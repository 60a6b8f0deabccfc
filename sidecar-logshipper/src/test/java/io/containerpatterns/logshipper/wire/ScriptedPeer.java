package io.containerpatterns.logshipper.wire;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that does on each connection what a script says. */
public final class ScriptedPeer implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket();
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();

  /** What happens on one connection, of this number from 1; it is closed behind the script. */
  public interface Script {
    void talk(Socket socket, int number) throws IOException;
  }

  private ScriptedPeer(int receiveBuffer, Script script) throws IOException {
    this.script = script;
    if (receiveBuffer > 0) {
      listener.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
    }
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    Thread.ofPlatform().daemon().start(this::accept);
  }

  public static ScriptedPeer of(Script script) throws IOException {
    return new ScriptedPeer(0, script);
  }

  /** One whose kernel takes little that it has not read. */
  public static ScriptedPeer withReceiveBuffer(int bytes, Script script) throws IOException {
    return new ScriptedPeer(bytes, script);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections were accepted. */
  public int connections() {
    return connections.get();
  }

  /** As above, but not before so many: a kernel takes bytes before a connection is accepted. */
  public int awaitConnections(int most) {
    Await.until(most + " connections", () -> connections.get() >= most);
    return connections.get();
  }

  /** Cuts a connection with a reset, as a crash does. */
  public static void reset(Socket socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }

  /** Reads until the client closes. */
  public static void awaitEnd(Socket socket) throws IOException {
    var unused = socket.getInputStream().skip(Long.MAX_VALUE);
    while (socket.getInputStream().read() >= 0) {
      // What it still says does not matter.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        int number = connections.incrementAndGet();
        Thread.ofPlatform().daemon().start(() -> talk(socket, number));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void talk(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.talk(socket, number);
    } catch (IOException cut) {
      // The client is gone, which is what such a test is about.
    }
  }
}
