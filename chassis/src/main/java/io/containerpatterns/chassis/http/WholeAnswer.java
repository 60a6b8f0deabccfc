package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A call whose answer is gathered, up to its limit. Owned by one event loop. */
final class WholeAnswer extends PendingCall {
  private static final byte[] NOTHING = {};

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private int status;
  private Map<String, String> headers = Map.of();
  private byte[] body = NOTHING;
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);

  WholeAnswer(Call call, Origin origin, Traffic traffic, EventLoop loop, Ticker ticker) {
    super(call, origin, traffic, loop, ticker);
  }

  @Override
  CompletableFuture<Answer> result() {
    return answer;
  }

  @Override
  void head(int newStatus, HttpHeaders all) {
    status = newStatus;
    headers = Collections.unmodifiableMap(firstOfEach(all));
  }

  @Override
  void bytes(ByteBuf piece) throws IOException {
    int length = piece.readableBytes();
    if (body.length + pieces.size() + length > call.answerBytesMax()) {
      throw new IOException("the answer is longer than " + call.answerBytesMax() + " bytes");
    }
    byte[] bytes = new byte[length];
    piece.getBytes(piece.readerIndex(), bytes);
    if (body.length == 0) {
      body = bytes; // Small answers come in one piece, which then is the body.
    } else {
      pieces.writeBytes(bytes);
    }
  }

  @Override
  void end() {
    if (settle()) {
      traffic.messageIn();
      answered();
      answer.complete(new Answer(status, headers, whole()));
    }
  }

  private byte[] whole() {
    if (pieces.size() == 0) {
      return body;
    }
    byte[] whole = new byte[body.length + pieces.size()];
    System.arraycopy(body, 0, whole, 0, body.length);
    System.arraycopy(pieces.toByteArray(), 0, whole, body.length, pieces.size());
    return whole;
  }
}
