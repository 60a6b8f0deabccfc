package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
class KeptConnectionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] JSON = {'{', '}'};

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 2, network);

  @AfterEach
  void stop() {
    loops.close();
  }

  @Test
  void oneCallAfterTheOtherTakesTheSameConnection() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client = keeping(PoolLimits.DEFAULT)) {
      for (int i = 0; i < 10; i++) {
        assertThat(send(client, Call.put("peer", peer.at("/"), JSON, PATIENCE)).status())
            .isEqualTo(200);
      }

      assertThat(peer.connections()).isEqualTo(1);
      Traffic.Snapshot traffic = network.upstream("peer").snapshot();
      assertThat(traffic.accepted()).isEqualTo(1);
      assertThat(traffic.open()).isEqualTo(1);
      assertThat(traffic.messagesOut()).isEqualTo(10);
      assertThat(traffic.messagesIn()).isEqualTo(10);
      assertThat(traffic.bytesIn()).isEqualTo(10L * ScriptedPeer.OK.length());
      assertThat(traffic.errors()).isZero();
      assertThat(traffic.latency().count()).isEqualTo(10);
    }
  }

  @Test
  void aClientThatWasNotAskedToKeepConnectionsSaysSoAndCloses() throws Exception {
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    try (var peer = recording(requests, ScriptedPeer.OK);
        var client = new HttpClient(loops, network)) {
      send(client, Call.get("peer", peer.at("/"), PATIENCE));
      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      assertThat(peer.connections()).isEqualTo(2);
      assertThat(requests.take()).contains("connection: close");
      Await.until("both are closed", () -> network.upstream("peer").snapshot().open() == 0);
    }
  }

  @Test
  void aCallMadeAtTheMomentOfAnAnswerTakesTheConnectionOfThatAnswer() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client = keeping(PoolLimits.DEFAULT)) {
      Call call = Call.put("peer", peer.at("/"), JSON, PATIENCE);

      client
          .send(call)
          .thenCompose(first -> client.send(call))
          .thenCompose(second -> client.send(call))
          .get(20, TimeUnit.SECONDS);

      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void upstreamsOfDifferentNamesShareNothing() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client = keeping(PoolLimits.DEFAULT)) {
      send(client, Call.get("lease", peer.at("/"), PATIENCE));
      send(client, Call.get("label", peer.at("/"), PATIENCE));

      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void anAnswerThatSaysCloseEndsTheConnection() throws Exception {
    String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(last));
        var client = keeping(PoolLimits.DEFAULT)) {
      send(client, Call.get("peer", peer.at("/"), PATIENCE));
      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionIsClosedAfterItsIdleTime() throws Exception {
    var limits = PoolLimits.DEFAULT.withTimes(Duration.ofMillis(50), Duration.ofMinutes(5));
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client = keeping(limits)) {
      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      Await.until("it is closed", () -> network.upstream("peer").snapshot().open() == 0);
      send(client, Call.get("peer", peer.at("/"), PATIENCE));
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionIsNotUsedBeyondItsAge() throws Exception {
    var ticker = new ManualTicker();
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK));
        var client =
            HttpClient.on(loops, network)
                .keepConnections(PoolLimits.DEFAULT)
                .time(ticker)
                .build()) {
      send(client, Call.get("peer", peer.at("/"), PATIENCE));
      ticker.advance(PoolLimits.DEFAULT.age());
      send(client, Call.get("peer", peer.at("/"), PATIENCE));
      assertThat(peer.connections()).as("noticed when it comes back").isEqualTo(1);

      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aPeerThatClosedBetweenTwoCallsIsConnectedToAgain() throws Exception {
    try (var peer =
            ScriptedPeer.plain(talk -> {
              talk.request();
              talk.say(ScriptedPeer.OK);
            });
        var client = keeping(PoolLimits.DEFAULT)) {
      for (int i = 1; i <= 3; i++) {
        send(client, Call.put("peer", peer.at("/"), JSON, PATIENCE));
        Await.until("the close was noticed", () -> network.upstream("peer").snapshot().open() == 0);
        assertThat(peer.connections()).isEqualTo(i);
      }
    }
  }

  @Test
  void aReadThatMeetsAClosingConnectionIsSentOnceMore() throws Exception {
    try (var peer = ScriptedPeer.plain(KeptConnectionsTest::answerOneAndHangUpOnTheNext);
        var client = keeping(PoolLimits.DEFAULT)) {
      send(client, Call.get("peer", peer.at("/1"), PATIENCE));

      Answer answer = send(client, Call.get("peer", peer.at("/2"), PATIENCE));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aReadIsNotSentAThirdTime() throws Exception {
    try (var peer =
            ScriptedPeer.plain(talk -> {
              talk.request();
              if (talk.number() == 1) {
                talk.say(ScriptedPeer.OK);
                talk.request();
              }
            });
        var client = keeping(PoolLimits.DEFAULT)) {
      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      assertThatThrownBy(() -> send(client, Call.get("peer", peer.at("/"), PATIENCE)))
          .hasMessage(peer.at("/") + ": the connection was closed before the answer was whole");
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aWriteThatMeetsAClosingConnectionIsNeverSentTwice() throws Exception {
    BlockingQueue<String> writes = new LinkedBlockingQueue<>();
    try (var peer =
            ScriptedPeer.plain(talk -> {
              talk.request();
              talk.say(ScriptedPeer.OK);
              String write = talk.request();
              if (!write.isEmpty()) {
                writes.add(write);
              }
            });
        var client = keeping(PoolLimits.DEFAULT)) {
      for (String method : List.of("PUT", "POST", "DELETE", "PATCH")) {
        send(client, Call.get(method, peer.at("/"), PATIENCE));

        Call write = Call.put(method, peer.at("/"), JSON, PATIENCE).method(method);
        assertThatThrownBy(() -> send(client, write))
            .isInstanceOf(IOException.class)
            .hasMessage(peer.at("/") + ": the connection was closed before the answer was whole");
      }

      assertThat(writes).hasSize(4);
      assertThat(peer.connections()).isEqualTo(4);
    }
  }

  @Test
  void callsBeyondTheConnectionsWaitAndThoseBeyondTheQueueAreRefused() throws Exception {
    var go = new CountDownLatch(1);
    try (var peer =
            ScriptedPeer.plain(talk -> {
              while (!talk.request().isEmpty()) {
                awaitQuietly(go);
                talk.say(ScriptedPeer.OK);
              }
            });
        var client = keeping(PoolLimits.DEFAULT.withRoom(2, 3))) {
      List<CompletableFuture<Answer>> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        calls.add(client.send(Call.put("peer", peer.at("/"), JSON, PATIENCE)));
      }

      assertThatThrownBy(() -> send(client, Call.put("peer", peer.at("/"), JSON, PATIENCE)))
          .isInstanceOf(IOException.class)
          .hasMessage(
              peer.at("/")
                  + ": no connection is free (expected: at most 2 calls under way and 3 waiting)");
      assertThat(network.upstream("peer").snapshot().drops()).isEqualTo(1);
      go.countDown();
      for (CompletableFuture<Answer> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void aCancelledCallLeavesTheQueue() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.Talk::awaitEnd);
        var client = keeping(PoolLimits.DEFAULT.withRoom(1, 1))) {
      CompletableFuture<Answer> first = client.send(Call.get("peer", peer.at("/first"), PATIENCE));
      CompletableFuture<Answer> waiting =
          client.send(Call.get("peer", peer.at("/waiting"), PATIENCE));

      waiting.cancel(false);

      CompletableFuture<Answer> next =
          client.send(Call.get("peer", peer.at("/next"), Duration.ofMillis(100)));
      assertThatThrownBy(next::join).hasMessageEndingWith("/next: no free connection within 100ms");
      first.cancel(false);
      Await.until("it is closed", () -> network.upstream("peer").snapshot().open() == 0);
    }
  }

  @Test
  void aCancelledCallClosesItsConnectionAndTheNextGetsANewOne() throws Exception {
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    try (var peer =
            ScriptedPeer.plain(talk -> {
              talk.request();
              if (talk.number() > 1) {
                talk.say(ScriptedPeer.OK);
              }
              talk.awaitEnd();
              ended.add("closed");
            });
        var client = keeping(PoolLimits.DEFAULT.withRoom(1, 1))) {
      CompletableFuture<Answer> first = client.send(Call.get("peer", peer.at("/"), PATIENCE));
      CompletableFuture<Answer> second = client.send(Call.get("peer", peer.at("/"), PATIENCE));
      Await.until("it is sent", () -> network.upstream("peer").snapshot().messagesOut() == 1);

      first.cancel(false);

      assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
      assertThat(second.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
  }

  @Test
  void aClosedClientClosesWhatIsIdleAndFailsWhatWaits() throws Exception {
    try (var peer = ScriptedPeer.plain(ScriptedPeer.always(ScriptedPeer.OK))) {
      var client = keeping(PoolLimits.DEFAULT);
      send(client, Call.get("peer", peer.at("/"), PATIENCE));

      client.close();

      Await.until("it is closed", () -> network.upstream("peer").snapshot().open() == 0);
      assertThatThrownBy(() -> send(client, Call.get("peer", peer.at("/"), PATIENCE)))
          .hasMessage(peer.at("/") + ": the client was closed");
    }
  }

  @Test
  void aClientOfTheChassisAndAServerOfTheChassisKeepTheirConnection() throws Exception {
    try (var server =
            HttpServer.named("peer")
                .loops(loops)
                .network(network)
                .routes(
                    Routes.of(
                        List.of(
                            Route.put(
                                "/lease",
                                (r, e) ->
                                    e.reply(Reply.bytes(200, "application/json", r.body()))))))
                .start();
        var client = keeping(PoolLimits.DEFAULT)) {
      URI lease = URI.create("http://127.0.0.1:" + server.address().getPort() + "/lease");
      for (int i = 0; i < 100; i++) {
        assertThat(send(client, Call.put("peer", lease, JSON, PATIENCE)).body()).isEqualTo(JSON);
      }

      assertThat(network.upstream("peer").snapshot().accepted()).isEqualTo(1);
    }
  }

  /** Leaves the client no time to notice the end before its next call is on the way. */
  private static void answerOneAndHangUpOnTheNext(ScriptedPeer.Talk talk) throws IOException {
    if (talk.request().isEmpty()) {
      return;
    }
    talk.say(ScriptedPeer.OK);
    if (talk.number() == 1) {
      talk.request();
    }
  }

  private static ScriptedPeer recording(BlockingQueue<String> requests, String answer)
      throws IOException {
    return ScriptedPeer.plain(talk -> {
      requests.add(talk.request());
      talk.say(answer);
      talk.awaitEnd();
    });
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private HttpClient keeping(PoolLimits limits) {
    return HttpClient.on(loops, network).keepConnections(limits).build();
  }

  private static Answer send(HttpClient client, Call call) throws Exception {
    try {
      return client.send(call).get(40, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : e;
    }
  }
}
