package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head of an answer, and a small body with it, into one buffer: the ordinary answer is
 * one allocation from the pool and one system call. The caller owns the buffer.
 */
final class ReplyWriter {
  /** How the end of a body is told. */
  enum Framing {
    /** By its length. */
    LENGTH,
    /** By a last chunk. */
    CHUNKS,
    /** By the end of the connection, for clients of HTTP/1.0. */
    CLOSE
  }

  static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  static final byte[] LINE_END = ascii("\r\n");

  private static final int HEAD_BYTES_GUESS = 256;
  // Filled as statuses occur; atomic, so that a line is seen whole by the other loops.
  private static final AtomicReferenceArray<byte @Nullable []> STATUS_LINES =
      new AtomicReferenceArray<>(600);
  private static final byte[] DATE = ascii("Date: ");
  private static final byte[] CONTENT_TYPE = ascii("Content-Type: ");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONNECTION_CLOSE = ascii("Connection: close\r\n");
  private static final byte[] CONNECTION_KEEP_ALIVE = ascii("Connection: keep-alive\r\n");

  private ReplyWriter() {}

  /**
   * The head.
   *
   * @param length of the body, asked only when the framing is by length
   * @param close whether the connection ends with this answer
   * @param old whether the client speaks HTTP/1.0, which must be told that the connection is kept
   */
  static ByteBuf head(
      ByteBufAllocator allocator,
      Reply reply,
      byte[] date,
      Framing framing,
      long length,
      int room,
      boolean close,
      boolean old) {
    ByteBuf out = allocator.directBuffer(HEAD_BYTES_GUESS + room);
    out.writeBytes(statusLine(reply.status()));
    out.writeBytes(DATE).writeBytes(date).writeBytes(LINE_END);
    if (!reply.contentType().isEmpty()) {
      out.writeBytes(CONTENT_TYPE);
      ByteBufUtil.writeAscii(out, reply.contentType());
      out.writeBytes(LINE_END);
    }
    if (framing == Framing.CHUNKS) {
      out.writeBytes(CHUNKED);
    } else if (framing == Framing.LENGTH && reply.status() != 204 && reply.status() != 304) {
      out.writeBytes(CONTENT_LENGTH);
      ByteBufUtil.writeAscii(out, Long.toString(length));
      out.writeBytes(LINE_END);
    }
    String[] headers = reply.headers();
    for (int i = 0; i < headers.length; i += 2) {
      ByteBufUtil.writeAscii(out, headers[i]);
      out.writeByte(':').writeByte(' ');
      ByteBufUtil.writeAscii(out, headers[i + 1]);
      out.writeBytes(LINE_END);
    }
    if (close) {
      out.writeBytes(CONNECTION_CLOSE);
    } else if (old) {
      out.writeBytes(CONNECTION_KEEP_ALIVE);
    }
    return out.writeBytes(LINE_END);
  }

  private static byte[] statusLine(int status) {
    if (status < 100 || status >= STATUS_LINES.length()) {
      throw new IllegalArgumentException("not a status: " + status);
    }
    byte[] line = STATUS_LINES.get(status);
    if (line == null) {
      String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
      line = ascii("HTTP/1.1 " + status + " " + phrase + "\r\n");
      STATUS_LINES.set(status, line);
    }
    return line;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
