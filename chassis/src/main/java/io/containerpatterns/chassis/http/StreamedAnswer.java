package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.settings.Durations;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;

/**
 * A call whose answer is handed on piece by piece. Its limit of time holds until the head; from
 * then on only silence is limited. Owned by one event loop.
 */
final class StreamedAnswer extends PendingCall {
  private final Duration idle;
  private final AnswerReceiver receiver;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private long heardAt;

  StreamedAnswer(
      Call call,
      Origin origin,
      Traffic traffic,
      EventLoop loop,
      Ticker ticker,
      Duration idle,
      AnswerReceiver receiver) {
    super(call, origin, traffic, loop, ticker);
    this.idle = idle;
    this.receiver = receiver;
  }

  @Override
  CompletableFuture<Void> result() {
    return ended;
  }

  @Override
  void head(int status, HttpHeaders headers) throws IOException {
    answered();
    heardAt = ticker.nanos();
    after(idle, this::listen);
    goOn(receiver.head(status, Collections.unmodifiableMap(firstOfEach(headers))));
  }

  @Override
  void bytes(ByteBuf piece) throws IOException {
    heardAt = ticker.nanos();
    byte[] bytes = new byte[piece.readableBytes()];
    piece.getBytes(piece.readerIndex(), bytes);
    goOn(receiver.bytes(bytes));
  }

  @Override
  void end() throws IOException {
    receiver.end();
    if (settle()) {
      traffic.messageIn();
      ended.complete(null);
    }
  }

  private void goOn(boolean wanted) {
    if (!wanted && settle()) {
      leave();
      ended.complete(null);
    }
  }

  /** Not at each piece: a timer that finds that something came waits for the rest of its time. */
  private void listen() {
    Duration silence = Duration.ofNanos(ticker.nanos() - heardAt);
    if (silence.compareTo(idle) >= 0) {
      fail("no byte within " + Durations.text(idle), null);
    } else {
      after(idle.minus(silence), this::listen);
    }
  }
}
