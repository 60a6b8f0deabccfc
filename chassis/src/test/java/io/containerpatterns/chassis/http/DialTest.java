package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
class DialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);

  @AfterEach
  void stop() {
    loops.close();
  }

  @Test
  void theNextAddressIsTriedWhenOneRefuses() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client = knowing(host -> addresses("127.0.0.2", "127.0.0.3", "127.0.0.1"))) {
      Answer answer = send(client, Call.get("peer", named("http", peer.port()), PATIENCE));

      assertThat(answer.status()).isEqualTo(200);
      Await.until("it is closed", () -> network.upstream("peer").snapshot().open() == 0);
      assertThat(network.upstream("peer").snapshot().accepted()).isEqualTo(1);
      assertThat(network.upstream("peer").snapshot().errors()).isZero();
    }
  }

  @Test
  void anAddressThatIsSilentLeavesTimeToTheNext() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var silent = Silent.on("127.0.0.2", peer.port());
        var client = knowing(host -> addresses("127.0.0.2", "127.0.0.1"))) {
      Answer answer =
          send(client, Call.get("peer", named("http", peer.port()), Duration.ofSeconds(4)));

      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void aConnectionThatIsNotMadeInTimeIsGivenUp() throws Exception {
    try (var silent = Silent.on("127.0.0.2", 0);
        var client = knowing(host -> addresses("127.0.0.2"))) {
      URI uri = named("http", silent.port());

      assertThatThrownBy(() -> send(client, Call.get("peer", uri, SHORT)))
          .hasMessageMatching(uri + ": (no connection within 200ms|cannot connect)");
    }
  }

  @Test
  void aNameThatNobodyKnowsIsTold() {
    try (var client =
        knowing(host -> {
          throw new UnknownHostException(host);
        })) {
      assertThatThrownBy(() -> send(client, Call.get("peer", named("http", 1), PATIENCE)))
          .isInstanceOf(IOException.class)
          .hasMessage("http://peer.example:1/: the host name is unknown");
    }
  }

  @Test
  void aNameServerThatIsSilentIsGivenUpAndAskedOnceAtATime() throws Exception {
    var asked = new AtomicInteger();
    var go = new CountDownLatch(1);
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client =
            knowing(host -> {
              if (host.equals("peer.example")) {
                asked.incrementAndGet();
                await(go);
              }
              return addresses("127.0.0.1");
            })) {
      List<CompletableFuture<Answer>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(client.send(Call.get("peer", named("http", peer.port()), SHORT)));
      }

      URI other = URI.create("http://other.example:" + peer.port() + "/");
      assertThat(send(client, Call.get("peer", other, PATIENCE)).status()).isEqualTo(200);
      for (CompletableFuture<Answer> call : calls) {
        assertThatThrownBy(call::join).hasMessageEndingWith(": no address within 200ms");
      }
      assertThat(asked).hasValue(1);
      go.countDown();
    }
  }

  @Test
  void aPeerThatDoesNotShakeHandsIsGivenUp() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.Talk::awaitEnd);
        var client = new HttpClient(loops, network)) {
      URI uri = URI.create("https://127.0.0.1:" + peer.port() + "/");

      // Long enough for the first TLS of this process on a busy machine.
      assertThatThrownBy(() -> send(client, Call.get("peer", uri, Duration.ofSeconds(3))))
          .hasMessage(uri + ": no TLS handshake within 3s");
      Await.until("it is closed", () -> network.upstream("peer").snapshot().open() == 0);
    }
  }

  @Test
  void aCallCancelledWhileItsNameIsLookedUpMakesNoConnection() throws Exception {
    var go = new CountDownLatch(1);
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client =
            knowing(host -> {
              await(go);
              return addresses("127.0.0.1");
            })) {
      CompletableFuture<Answer> call =
          client.send(Call.get("peer", named("http", peer.port()), PATIENCE));

      call.cancel(false);
      go.countDown();

      send(client, Call.get("peer", named("http", peer.port()), PATIENCE));
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void whatIsSecretIsInNoMessage() {
    Call call =
        Call.get("peer", URI.create("http://user:secret@127.0.0.1:1/x?key=secret"), PATIENCE)
            .header("Authorization", "Bearer secret");

    assertThat(call.toString()).isEqualTo("GET http://127.0.0.1:1/x");
    try (var client = new HttpClient(loops, network)) {
      assertThatThrownBy(() -> send(client, call))
          .hasMessage("http://127.0.0.1:1/x: cannot connect")
          .hasMessageNotContaining("secret");
    }
  }

  private HttpClient knowing(Preparation.Names names) {
    return HttpClient.on(loops, network).names(names).build();
  }

  private static URI named(String scheme, int port) {
    return URI.create(scheme + "://peer.example:" + port + "/");
  }

  private static InetAddress[] addresses(String... literals) throws UnknownHostException {
    var addresses = new InetAddress[literals.length];
    for (int i = 0; i < literals.length; i++) {
      addresses[i] = InetAddress.getByName(literals[i]);
    }
    return addresses;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer send(HttpClient client, Call call) throws Exception {
    try {
      return client.send(call).get(40, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : e;
    }
  }

  /** A listener whose queue is full, so that the system leaves every further client waiting. */
  private record Silent(ServerSocket listener, List<Socket> queued) implements AutoCloseable {
    static Silent on(String address, int port) throws IOException {
      var listener = new ServerSocket(port, 1, InetAddress.getByName(address));
      var queued = new ArrayList<Socket>();
      try {
        while (queued.size() < 16) {
          var socket = new Socket();
          queued.add(socket);
          socket.connect(
              new InetSocketAddress(address, listener.getLocalPort()), (int) SHORT.toMillis());
        }
      } catch (SocketTimeoutException full) {
        return new Silent(listener, queued);
      }
      throw new IOException("a queue of one took sixteen");
    }

    int port() {
      return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : queued) {
        socket.close();
      }
      listener.close();
    }
  }
}
