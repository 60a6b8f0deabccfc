package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
class HttpClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);
  private final HttpClient client = new HttpClient(loops, network);
  private final HttpServer server = start();

  private HttpServer start() {
    try {
      return HttpServer.named("peer")
          .loops(loops)
          .network(network)
          .routes(
              Routes.of(
                  List.of(
                      Route.get("/ok", (r, e) -> e.reply(Reply.text(200, "ok"))),
                      Route.get("/never", (request, exchange) -> {}),
                      Route.get(
                          "/moved", (r, e) -> e.reply(Reply.empty(302).header("Location", "/ok"))),
                      Route.get("/long", (r, e) -> e.reply(Reply.text(200, "x".repeat(100_000)))),
                      Route.get(
                          "/trace",
                          (r, e) ->
                              e.reply(Reply.text(200, r.header("traceparent").orElse("none")))),
                      Route.post(
                          "/echo",
                          (r, e) -> e.reply(Reply.bytes(201, "application/json", r.body()))))))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.close();
    loops.close();
  }

  @Test
  void anAnswerComesBackWhole() throws Exception {
    Answer answer = send(Call.get("hook", at("/ok"), PATIENCE));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.isSuccess()).isTrue();
    assertThat(answer.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("ok\n");
  }

  @Test
  void aBodyIsSent() throws Exception {
    Answer answer =
        send(Call.post("hook", at("/echo"), "{}".getBytes(StandardCharsets.UTF_8), PATIENCE));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
  }

  @Test
  void aNameIsLookedUpAsideFromTheEventLoop() throws Exception {
    URI byName = URI.create("http://localhost:" + server.address().getPort() + "/ok");

    assertThat(send(Call.get("hook", byName, PATIENCE)).status()).isEqualTo(200);
  }

  @Test
  void aTraceIsPassedOn() throws Exception {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    Answer answer = send(Call.get("hook", at("/trace"), PATIENCE).header("traceparent", trace));

    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(trace + "\n");
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    assertThat(send(Call.get("hook", at("/moved"), PATIENCE)).status()).isEqualTo(302);
  }

  @Test
  void aPeerThatDoesNotAnswerIsGivenUp() {
    assertThatThrownBy(() -> send(Call.get("hook", at("/never"), Duration.ofMillis(200))))
        .isInstanceOf(IOException.class)
        .hasMessage(at("/never") + ": no answer within 200ms");
    Await.until("the connection is closed", () -> network.upstream("hook").snapshot().open() == 0);
  }

  @Test
  void anAnswerBeyondTheLimitIsAFailure() {
    assertThatThrownBy(() -> send(Call.get("hook", at("/long"), PATIENCE)))
        .isInstanceOf(IOException.class)
        .hasMessage(at("/long") + ": the answer is longer than 65536 bytes");
  }

  @Test
  void aPortThatNobodyListensOnIsToldAtOnce() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThatThrownBy(() ->
            send(Call.get("hook", URI.create("http://127.0.0.1:" + free + "/x?key=1"), PATIENCE)))
        .isInstanceOf(IOException.class)
        .hasMessage("http://127.0.0.1:" + free + "/x: cannot connect");
  }

  @Test
  void anAddressThatIsNotHttpIsAFailure() {
    assertThatThrownBy(() -> send(Call.get("hook", URI.create("ftp://127.0.0.1/x"), PATIENCE)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ftp://127.0.0.1/x: is not an address of the form http://host:port/path or"
                + " https://host:port/path");
  }

  @Test
  void aPeerThatBreaksOffIsAFailure() throws Exception {
    assertThatThrownBy(() -> against("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("/: the connection was closed before the answer was whole");
  }

  @Test
  void aPeerThatDoesNotSpeakHttpIsAFailure() throws Exception {
    assertThatThrownBy(() -> against("SSH-2.0-OpenSSH_9.2p1\r\n\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("/: the answer is not well-formed HTTP");
  }

  @Test
  void callsAreCounted() throws Exception {
    send(Call.get("hook", at("/ok"), PATIENCE));
    assertThatThrownBy(() -> send(Call.get("hook", at("/never"), Duration.ofMillis(100))))
        .isInstanceOf(IOException.class);

    Await.until(
        "both connections are closed", () -> network.upstream("hook").snapshot().open() == 0);
    Traffic.Snapshot traffic = network.upstream("hook").snapshot();
    assertThat(traffic.accepted()).isEqualTo(2);
    assertThat(traffic.messagesOut()).isEqualTo(2);
    assertThat(traffic.messagesIn()).isEqualTo(1);
    assertThat(traffic.errors()).isEqualTo(1);
    assertThat(traffic.bytesOut()).isPositive();
    assertThat(traffic.bytesIn()).isPositive();
    assertThat(traffic.latency().count()).isEqualTo(1);
  }

  /** Calls a peer that says {@code text} and hangs up. */
  private Answer against(String text) throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread peer = Thread.ofVirtual().start(() -> say(listener, text));
      try {
        return send(
            Call.get(
                "peer", URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/"), PATIENCE));
      } finally {
        peer.join(PATIENCE);
      }
    }
  }

  private static void say(ServerSocket listener, String text) {
    try (Socket socket = listener.accept()) {
      socket.getInputStream().read(new byte[1024]);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer send(Call call) throws Exception {
    try {
      return client
          .send(call)
          .toCompletableFuture()
          .get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : e;
    }
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }
}
