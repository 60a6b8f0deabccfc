package io.containerpatterns.chassis.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A server on loopback that does on each connection what a script says, well-formed or not. */
final class ScriptedPeer implements AutoCloseable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final @Nullable SSLContext context;
  private final boolean asksWho;
  private final ServerSocket listener;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();

  /** What happens on one connection; it is closed behind the script. */
  interface Script {
    void talk(Talk talk) throws IOException;
  }

  private ScriptedPeer(@Nullable SSLContext context, boolean asksWho, Script script)
      throws IOException {
    this.context = context;
    this.asksWho = asksWho;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Without TLS. */
  static ScriptedPeer plain(Script script) throws IOException {
    return new ScriptedPeer(null, false, script);
  }

  /** With TLS; {@code asksWho} when clients must have a certificate. */
  static ScriptedPeer tls(SSLContext context, boolean asksWho, Script script) throws IOException {
    return new ScriptedPeer(context, asksWho, script);
  }

  /** Answers every request on every connection with these bytes. */
  static Script always(String answer) {
    return talk -> {
      while (!talk.request().isEmpty()) {
        talk.say(answer);
      }
    };
  }

  URI at(String path) {
    return URI.create(
        (context == null ? "http" : "https") + "://127.0.0.1:" + listener.getLocalPort() + path);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections were accepted. */
  int connections() {
    return connections.get();
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
        Thread.ofVirtual().start(() -> talk(socket, number));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void talk(Socket raw, int number) {
    try (raw;
        Socket socket = context == null ? raw : secured(raw, context)) {
      raw.setTcpNoDelay(true);
      script.talk(new Talk(socket, raw, number));
    } catch (IOException cut) {
      // The client is gone or refused us, which is what such a test is about.
    }
  }

  private Socket secured(Socket raw, SSLContext with) throws IOException {
    var socket = (SSLSocket) with.getSocketFactory().createSocket(raw, null, true);
    socket.setNeedClientAuth(asksWho);
    return socket;
  }

  /** One connection, by its number from 1. */
  record Talk(Socket socket, Socket raw, int number) {
    /** The next request with its body; empty when the client closed. */
    String request() throws IOException {
      InputStream in = socket.getInputStream();
      var read = new ByteArrayOutputStream();
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return "";
        }
        read.write(next);
        head = read.toString(StandardCharsets.ISO_8859_1);
      }
      String lower = head.toLowerCase(Locale.ROOT);
      int at = lower.indexOf("content-length: ");
      int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
      return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Sends text as it is. */
    void say(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    /** Waits until the client has closed. */
    void awaitEnd() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // What it still says does not matter.
      }
    }

    /** Cuts the connection: with TLS, without the farewell that proves an end. */
    void cut() throws IOException {
      raw.close();
    }

    /** The name the client told with TLS. */
    String serverName() {
      var names =
          ((ExtendedSSLSession) ((SSLSocket) socket).getSession()).getRequestedServerNames();
      return names.isEmpty() ? "none" : ((SNIHostName) names.getFirst()).getAsciiName();
    }

    /** Who the client is, by its certificate. */
    String client() throws IOException {
      return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
    }
  }
}
