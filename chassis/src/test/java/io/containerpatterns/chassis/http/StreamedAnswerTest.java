package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
class StreamedAnswerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String END = "0\r\n\r\n";

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);
  private final HttpClient client =
      HttpClient.on(loops, network).keepConnections(PoolLimits.DEFAULT).build();

  @AfterEach
  void stop() {
    client.close();
    loops.close();
  }

  @Test
  void linesComeOneByOneAndTheEndIsTold() throws Exception {
    var watch = new Watch(100);
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD);
          talk.say(chunk("{\"n\":1}\n{\"n\""));
          watch.awaitLines(1);
          talk.say(chunk(":2}\n"));
          watch.awaitLines(2);
          talk.say(END);
        })) {
      stream(peer, watch, PATIENCE).get(20, TimeUnit.SECONDS);

      assertThat(watch.status).isEqualTo(200);
      assertThat(watch.lines).containsExactly("{\"n\":1}", "{\"n\":2}");
      Traffic.Snapshot traffic = network.upstream("watch").snapshot();
      assertThat(traffic.messagesIn()).isEqualTo(1);
      assertThat(traffic.latency().count()).isEqualTo(1);
      assertThat(traffic.errors()).isZero();
    }
  }

  @Test
  void anEndThatThePeerDidNotMeanIsAFailure() throws Exception {
    var watch = new Watch(100);
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("{}\n"));
        })) {
      assertThatThrownBy(() -> stream(peer, watch, PATIENCE).join())
          .hasMessageEndingWith(
              peer.at("/") + ": the connection was closed before the answer was whole");
      assertThat(watch.lines).containsExactly("{}");
    }
  }

  @Test
  void aSilentPeerIsGivenUp() throws Exception {
    var watch = new Watch(100);
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("{}\n"));
          talk.awaitEnd();
        })) {
      assertThatThrownBy(() -> stream(peer, watch, Duration.ofMillis(100)).join())
          .hasMessageEndingWith(peer.at("/") + ": no byte within 100ms");
      Await.until("it is closed", () -> network.upstream("watch").snapshot().open() == 0);
    }
  }

  @Test
  void aPeerThatSendsNoHeadIsGivenUpAfterTheLimitOfTheCall() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.Talk::awaitEnd)) {
      Call call = Call.get("watch", peer.at("/"), Duration.ofMillis(100));

      assertThatThrownBy(() -> client.stream(call, PATIENCE, new Watch(100)).join())
          .hasMessageEndingWith(peer.at("/") + ": no answer within 100ms");
    }
  }

  @Test
  void aCancelledStreamIsClosed() throws Exception {
    var watch = new Watch(100);
    var closed = new CountDownLatch(1);
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("{}\n"));
          talk.awaitEnd();
          closed.countDown();
        })) {
      CompletableFuture<Void> stream = stream(peer, watch, PATIENCE);
      watch.awaitLines(1);

      stream.cancel(false);

      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aReceiverThatHasEnoughEndsTheStreamProperly() throws Exception {
    var watch = new Watch(100);
    watch.enough = "{\"last\":true}";
    var closed = new CountDownLatch(1);
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("{}\n{\"last\":true}\n{}\n"));
          talk.awaitEnd();
          closed.countDown();
        })) {
      stream(peer, watch, PATIENCE).get(20, TimeUnit.SECONDS);

      assertThat(watch.lines).containsExactly("{}", "{\"last\":true}");
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(network.upstream("watch").snapshot().errors()).isZero();
    }
  }

  @Test
  void aLineBeyondTheLimitFailsTheStream() throws Exception {
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("x".repeat(200)));
          talk.awaitEnd();
        })) {
      assertThatThrownBy(() -> stream(peer, new Watch(100), PATIENCE).join())
          .hasMessageEndingWith(peer.at("/") + ": a line of the answer is longer than 100 bytes");
    }
  }

  @Test
  void aReceiverThatThrowsFailsItsStreamOnly() throws Exception {
    var watch = new Watch(100);
    watch.broken = true;
    try (var peer =
        ScriptedPeer.plain(talk -> {
          talk.request();
          talk.say(HEAD + chunk("{}\n") + END);
        })) {
      assertThatThrownBy(() -> stream(peer, watch, PATIENCE).join())
          .hasMessageEndingWith(peer.at("/") + ": the receiver of the answer failed")
          .hasRootCauseMessage("broken");
    }
  }

  @Test
  void streamsAndCallsShareNoConnection() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK))) {
      client.send(Call.get("watch", peer.at("/"), PATIENCE)).get(20, TimeUnit.SECONDS);
      stream(peer, new Watch(100), PATIENCE).get(20, TimeUnit.SECONDS);
      client.send(Call.get("watch", peer.at("/"), PATIENCE)).get(20, TimeUnit.SECONDS);

      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  private CompletableFuture<Void> stream(ScriptedPeer peer, Watch watch, Duration idle) {
    return client.stream(Call.get("watch", peer.at("/"), PATIENCE), idle, watch);
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  /** Remembers the lines; written on the event loop. */
  private static final class Watch implements AnswerReceiver {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile int status;
    volatile String enough = "";
    volatile boolean broken;
    private final AnswerLines cutter;

    Watch(int lineMax) {
      cutter = new AnswerLines(lineMax, this::line);
    }

    void awaitLines(int count) {
      Await.until(count + " lines", () -> lines.size() == count);
    }

    @Override
    public boolean head(int newStatus, Map<String, String> headers) {
      status = newStatus;
      return true;
    }

    @Override
    public boolean bytes(byte[] chunk) throws IOException {
      return cutter.bytes(chunk);
    }

    @Override
    public void end() throws IOException {
      cutter.end();
    }

    private boolean line(byte[] line) {
      if (broken) {
        throw new IllegalStateException("broken");
      }
      lines.add(new String(line, StandardCharsets.UTF_8));
      return !lines.getLast().equals(enough);
    }
  }
}
