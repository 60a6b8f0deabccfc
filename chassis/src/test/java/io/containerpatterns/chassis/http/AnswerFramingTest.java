package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are an answer, and after which of them a connection may be used again. */
@ExtendWith(LeakWatch.class)
class AnswerFramingTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nServer: x\r\n";

  private final List<ClientConnection> freed = new ArrayList<>();
  private final List<PendingCall> repeated = new ArrayList<>();
  private final ManualTicker ticker = new ManualTicker();
  private final Traffic traffic = new Network(ticker).upstream("peer");
  private EmbeddedChannel channel = new EmbeddedChannel();

  private final ClientConnection.Home home =
      new ClientConnection.Home() {
        @Override
        public void free(ClientConnection connection) {
          freed.add(connection);
        }

        @Override
        public void repeat(PendingCall pending) {
          repeated.add(pending);
        }
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEAD + "Content-Length: 5\r\n\r\nhello",
        HEAD
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "2\r\n"
            + "he\r\n"
            + "3;x=y\r\n"
            + "llo\r\n"
            + "0\r\n"
            + "Trailer: t\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + HEAD
            + "Content-Length: 5\r\n\r\nhello"
      })
  void anAnswerIsTheSameWhereverTheNetworkCutIt(String text) {
    byte[] bytes = bytes(text);
    for (int cut = 1; cut < bytes.length; cut++) {
      var answer = called("GET");
      feed(text.substring(0, cut));
      assertThat(answer).as("cut at %d", cut).isNotDone();
      assertThat(freed).isEmpty();

      feed(text.substring(cut));

      assertThat(new String(answer.join().body(), StandardCharsets.UTF_8)).isEqualTo("hello");
      assertThat(answer.join().headers()).containsEntry("server", "x").doesNotContainKey("link");
      assertThat(freed).hasSize(1);
      end();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      })
  void anAnswerWithoutABodyEndsWithItsHead(String text) {
    var answer = called("GET");

    feed(text);

    assertThat(answer.join().body()).isEmpty();
    assertThat(freed).hasSize(1);
    end();
  }

  @Test
  void theAnswerToAHeadHasNoBodyWhateverItsLengthSays() {
    var answer = called("HEAD");

    feed(HEAD + "Content-Length: 5\r\n\r\n");

    assertThat(answer.join().header("content-length")).contains("5");
    assertThat(freed).hasSize(1);
    end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEAD + "Connection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        HEAD + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
      })
  void aConnectionWhoseNextByteIsInDoubtIsNotUsedAgain(String text) {
    var answer = called("GET");

    feed(text);

    assertThat(new String(answer.join().body(), StandardCharsets.UTF_8)).isEqualTo("ok");
    assertThat(freed).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    end();
  }

  @Test
  void bytesThatNobodyAwaitsEndAKeptConnection() {
    called("GET");
    feed(ScriptedPeer.OK);
    assertThat(freed).hasSize(1);

    feed("H");

    assertThat(channel.isOpen()).isFalse();
    end();
  }

  @Test
  void anAnswerThatEndsWithTheConnectionIsWhole() {
    var answer = called("GET");
    feed(HEAD + "\r\nall of it");
    assertThat(answer).isNotDone();

    channel.close();

    assertThat(new String(answer.join().body(), StandardCharsets.UTF_8)).isEqualTo("all of it");
    assertThat(freed).isEmpty();
    end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        HEAD,
        HEAD + "Content-Length: 5\r\n\r\nhell",
        HEAD + "Transfer-Encoding: chunked\r\n\r\n",
        HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void aCutAnswerIsAFailure(String text) {
    var answer = called("PUT");
    feed(text);

    channel.close();

    assertThatThrownBy(answer::join)
        .hasMessageMatching(
            "java.io.IOException: http://peer/x: the (connection was closed before the answer was"
                + " whole|answer is not well-formed HTTP)");
    assertThat(repeated).isEmpty();
    end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2p1\r\n\r\n",
        HEAD + "Content-Length: x\r\n\r\n",
        HEAD + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      })
  void whatIsNotHttpIsAFailure(String text) {
    var answer = called("GET");

    feed(text);

    assertThatThrownBy(answer::join).hasMessageEndingWith("the answer is not well-formed HTTP");
    assertThat(channel.isOpen()).isFalse();
    end();
  }

  @Test
  void aProtocolThatNobodyAskedForIsAFailure() {
    var answer = called("GET");

    feed("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");

    assertThatThrownBy(answer::join)
        .hasMessageEndingWith("the peer switches to another protocol, which nobody asked for");
    end();
  }

  @Test
  void aCodingThatNobodyAskedForIsAFailure() {
    var answer = called("GET");

    feed(HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n");

    assertThatThrownBy(answer::join)
        .hasMessageEndingWith("the answer is in a transfer coding that nobody asked for");
    end();
  }

  @Test
  void aHeadBeyondTheLimitIsAFailure() {
    var answer = called("GET");

    feed(HEAD + "X: " + "x".repeat(AnswerDecoder.HEADER_BYTES_MAX) + "\r\n\r\n");

    assertThatThrownBy(answer::join)
        .hasMessageEndingWith(
            "http://peer/x: the head of the answer is too long (expected: a status line of at most"
                + " 8192 bytes and headers of at most 32768)");
    end();
  }

  @Test
  void aBodyBeyondTheLimitIsAFailure() {
    var answer = called("GET");

    feed(HEAD + "Transfer-Encoding: chunked\r\n\r\n401\r\n" + "x".repeat(0x401) + "\r\n");

    assertThatThrownBy(answer::join)
        .hasMessageEndingWith("http://peer/x: the answer is longer than 1024 bytes");
    assertThat(channel.isOpen()).isFalse();
    end();
  }

  @Test
  void aReadOnAKeptConnectionThatWasClosedIsRepeatedAndAWriteIsNot() {
    called("GET");
    feed(ScriptedPeer.OK);
    var read = carried("GET");
    channel.close();
    assertThat(read).isNotDone();
    assertThat(repeated).hasSize(1);
    end();
    called("GET");
    feed(ScriptedPeer.OK);
    var write = carried("PUT");

    channel.close();

    assertThatThrownBy(write::join)
        .hasMessageEndingWith("the connection was closed before the answer was whole");
    assertThat(repeated).hasSize(1);
    end();
  }

  @Test
  void aReadThatWasBegunToBeAnsweredIsNotRepeated() {
    called("GET");
    feed(ScriptedPeer.OK);
    var read = carried("GET");
    feed("H");

    channel.close();

    assertThat(read).isCompletedExceptionally();
    assertThat(repeated).isEmpty();
    end();
  }

  @Test
  void theLimitOfTimeIsThatOfTheWholeAnswer() {
    var answer = called("GET");
    feed(HEAD + "Content-Length: 5\r\n\r\n");
    channel.advanceTimeBy(9, TimeUnit.SECONDS);
    feed("h");
    channel.runScheduledPendingTasks();
    assertThat(answer).isNotDone();

    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThatThrownBy(answer::join).hasMessageEndingWith("http://peer/x: no answer within 10s");
    assertThat(channel.isOpen()).isFalse();
    end();
  }

  /** A call on a new connection. */
  private CompletableFuture<Answer> called(String method) {
    freed.clear();
    channel = new EmbeddedChannel();
    channel.freezeTime();
    var decoder = new AnswerDecoder();
    channel
        .pipeline()
        .addLast(
            decoder, new HttpRequestEncoder(), new ClientConnection(channel, decoder, home, false));
    return carried(method);
  }

  /** A call on the connection that there is. */
  private CompletableFuture<Answer> carried(String method) {
    URI uri = URI.create("http://peer/x");
    var call = Call.get("peer", uri, Duration.ofSeconds(10)).method(method).answerUpTo(1024);
    var origin = Origin.of(uri).orElseThrow();
    var pending = new WholeAnswer(call, origin, traffic, channel.eventLoop(), ticker);
    pending.begin();
    channel.pipeline().get(ClientConnection.class).carry(pending);
    return pending.result();
  }

  private void feed(String text) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes(text)));
  }

  private void end() {
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      out.release();
    }
    channel.finishAndReleaseAll();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
