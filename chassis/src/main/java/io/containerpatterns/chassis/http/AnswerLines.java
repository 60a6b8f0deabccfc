package io.containerpatterns.chassis.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts chunks into lines: watches send one JSON object a line. Ends of lines are {@code LF} or
 * {@code CR LF} and are not part of the line; an empty line is none. Not thread-safe, as the
 * receiver it is part of.
 */
public final class AnswerLines {
  private final int bytesMax;
  private final Taker taker;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /** Takes one line. */
  @FunctionalInterface
  public interface Taker {
    /** Takes it and says whether to go on; what it throws fails the stream. */
    boolean line(byte[] line) throws IOException;
  }

  /**
   * Nothing begun yet.
   *
   * @param bytesMax the longest line, without its end
   */
  public AnswerLines(int bytesMax, Taker taker) {
    this.bytesMax = bytesMax;
    this.taker = taker;
  }

  /**
   * Takes the next chunk; false as soon as the taker has enough.
   *
   * @throws IOException when a line is longer than it may be
   */
  public boolean bytes(byte[] chunk) throws IOException {
    int from = 0;
    for (int i = 0; i < chunk.length; i++) {
      if (chunk[i] == '\n') {
        append(chunk, from, i);
        from = i + 1;
        if (!take()) {
          return false;
        }
      }
    }
    append(chunk, from, chunk.length);
    return true;
  }

  /** Takes what stands behind the last line end, once the answer has ended. */
  public void end() throws IOException {
    take();
  }

  private void append(byte[] chunk, int from, int to) throws IOException {
    // One more, because the CR of an end may have come before its LF.
    if (begun.size() + to - from > bytesMax + 1) {
      throw tooLong();
    }
    begun.write(chunk, from, to - from);
  }

  private boolean take() throws IOException {
    byte[] line = begun.toByteArray();
    begun.reset();
    int length = line.length;
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    if (length > bytesMax) {
      throw tooLong();
    }
    if (length == 0) {
      return true;
    }
    return taker.line(length == line.length ? line : Arrays.copyOf(line, length));
  }

  private IOException tooLong() {
    return new IOException("a line of the answer is longer than " + bytesMax + " bytes");
  }
}
