package io.containerpatterns.elector.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a driver and its server on loopback, and does to the bytes what networks do:
 *
 * <pre>
 *   driver -- requests --> [eaten?] [delayed] --> server
 *          &lt;-- answers -- [delayed] [eaten?] &lt;--
 * </pre>
 *
 * Bytes are eaten, not kept: what was eaten never arrives, as on a connection that was cut one way.
 * A server that got a request does it, whatever becomes of the answer.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong eaten = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private volatile boolean eatsRequests;
  private volatile boolean eatsAnswers;
  private volatile boolean refuses;
  private volatile Duration delay = Duration.ZERO;

  private FaultyProxy(InetSocketAddress server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
  }

  /** One that forwards everything to {@code server} until it is told otherwise. */
  public static FaultyProxy to(InetSocketAddress server) throws IOException {
    var proxy = new FaultyProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** Where the driver is to connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** From now on no answer arrives. */
  public void eatAnswers() {
    eatsAnswers = true;
  }

  /** From now on no request arrives. */
  public void eatRequests() {
    eatsRequests = true;
  }

  /** From now on every piece arrives so much later, in both directions. */
  public void delay(Duration each) {
    delay = each;
  }

  /** Resets all connections, and each new one as soon as it is made. */
  public void refuse() {
    refuses = true;
    reset();
  }

  /** All is well again, also on the connections that are there. */
  public void mend() {
    eatsAnswers = false;
    eatsRequests = false;
    refuses = false;
    delay = Duration.ZERO;
  }

  /** Resets all connections. */
  public void reset() {
    sockets.forEach(FaultyProxy::reset);
  }

  /** How many bytes did not arrive so far. */
  public long eaten() {
    return eaten.get();
  }

  /** How many connections were made so far. */
  public long accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket driver = listener.accept();
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> connect(driver));
      } catch (IOException e) {
        // Closed, or a connection that was gone before it was there.
        continue;
      }
    }
  }

  private void connect(Socket driver) {
    if (refuses) {
      reset(driver);
      return;
    }
    var behind = new Socket();
    sockets.add(driver);
    sockets.add(behind);
    try {
      behind.connect(server);
      behind.setTcpNoDelay(true);
      driver.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> forward(driver, behind, true));
      forward(behind, driver, false);
    } catch (IOException e) {
      reset(driver);
      reset(behind);
    }
    sockets.remove(driver);
    sockets.remove(behind);
  }

  private void forward(Socket from, Socket to, boolean requests) {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int read = from.getInputStream().read(chunk);
          read >= 0;
          read = from.getInputStream().read(chunk)) {
        LockSupport.parkNanos(delay.toNanos());
        if (requests ? eatsRequests : eatsAnswers) {
          eaten.addAndGet(read);
        } else {
          to.getOutputStream().write(chunk, 0, read);
        }
      }
      to.close();
      from.close();
    } catch (IOException e) {
      reset(to);
      reset(from);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already; nothing is left to say to the other side.
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    reset();
  }
}
