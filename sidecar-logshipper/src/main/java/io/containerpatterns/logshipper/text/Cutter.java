package io.containerpatterns.logshipper.text;

import java.io.IOException;

/**
 * Cuts the bytes of a file into events. What is not whole is left for later: it is read again from
 * its first byte, so nothing has to be kept for a file that waits.
 *
 * <pre>
 *   file    ...|event      |event      |event, not known to be whole|
 *              ^ from                  ^ returned: from here next time
 * </pre>
 *
 * No byte is passed over and none is given twice: events lie end to end. One that is longer than it
 * may be comes in pieces, each cut between two characters of UTF-8. One buffer serves all files of a
 * thread. Confined to one thread; allocates nothing but when it is made.
 */
public final class Cutter {
  private static final int SEQUENCE_MAX = 4;

  private final byte[] buffer;
  private final int eventBytesMax;
  private final int eventLinesMax;

  /** Bytes of a file, by offset. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads up to {@code length} bytes at {@code offset} into {@code target} from {@code from};
     * returns how many there were, 0 at the end.
     */
    int read(byte[] target, int from, int length, long offset) throws IOException;
  }

  /** Whoever takes events. */
  @FunctionalInterface
  public interface Taker {
    /**
     * An event.
     *
     * @param bytes lent for the time of the call
     * @param start where its text begins
     * @param end where its text ends, without the last line's end
     * @param offset of its first byte in the file
     * @param piece whether it is longer than it may be, and this is not its last part
     * @return false when it was not taken, and nothing more is wanted
     */
    boolean take(byte[] bytes, int start, int end, long offset, boolean piece);
  }

  /**
   * For events of so many bytes and lines at most.
   *
   * @param bufferBytes how much is read at once, more than {@code eventBytesMax}
   */
  public Cutter(int bufferBytes, int eventBytesMax, int eventLinesMax) {
    if (eventBytesMax < SEQUENCE_MAX || eventLinesMax < 1 || bufferBytes <= eventBytesMax) {
      throw new IllegalArgumentException(
          "events of %,d bytes and %,d lines in a buffer of %,d bytes (expected: at least %d and 1, and less than the buffer)"
              .formatted(eventBytesMax, eventLinesMax, bufferBytes, SEQUENCE_MAX));
    }
    this.buffer = new byte[bufferBytes];
    this.eventBytesMax = eventBytesMax;
    this.eventLinesMax = eventLinesMax;
  }

  /**
   * Cuts a buffer full from {@code from} on and returns where to go on.
   *
   * @param ends whether nothing comes behind the last byte, or not soon enough: then the last event
   *     is whole, with or without the end of its line
   */
  public long cut(Source source, long from, boolean ends, Grouping grouping, Taker taker)
      throws IOException {
    int length = fill(source, from);
    boolean atEnd = length < buffer.length;
    int event = 0;
    int lines = 0;
    int at = 0;
    while (at < length) {
      int feed = Lines.feed(buffer, at, length);
      boolean last = feed < 0;
      if (last && !(atEnd && ends)) {
        break;
      }
      // Without the end of its line the last one of a file is a line like any other.
      int next = last ? length : feed + 1;
      int textEnd = last ? length : Lines.textEnd(buffer, at, feed);
      if (lines > 0 && (lines == eventLinesMax || !grouping.goesOn(buffer, at, textEnd))) {
        if (!give(event, at, from, taker)) {
          return from + event;
        }
        event = at;
        lines = 0;
      }
      if (lines == 0) {
        grouping.begin(buffer, at, textEnd);
      }
      lines++;
      at = next;
      while (at - event > eventBytesMax) {
        int piece = pieceEnd(event, at);
        if (!taker.take(buffer, event, piece, from + event, true)) {
          return from + event;
        }
        event = piece;
      }
    }
    return rest(event, length, atEnd && ends, from, taker);
  }

  /** What is left: an event whose next line is not there, and a line that is not whole. */
  private long rest(int begun, int length, boolean ends, long from, Taker taker) {
    int event = begun;
    while (length - event > eventBytesMax) {
      int piece = pieceEnd(event, length);
      if (!taker.take(buffer, event, piece, from + event, true)) {
        return from + event;
      }
      event = piece;
    }
    return ends && length > event && give(event, length, from, taker)
        ? from + length
        : from + event;
  }

  /** The event up to {@code end}, the end of its last line included if it has one. */
  private boolean give(int event, int end, long from, Taker taker) {
    int textEnd = buffer[end - 1] == '\n' ? Lines.textEnd(buffer, event, end - 1) : end;
    return taker.take(buffer, event, textEnd, from + event, false);
  }

  private int fill(Source source, long from) throws IOException {
    int length = 0;
    while (length < buffer.length) {
      int more = source.read(buffer, length, buffer.length - length, from + length);
      if (more == 0) {
        break;
      }
      length += more;
    }
    return length;
  }

  /** The end of a piece from {@code start}: not within a character, not behind {@code limit}. */
  private int pieceEnd(int start, int limit) {
    int end = Math.min(start + eventBytesMax, limit);
    for (int i = end; i > end - SEQUENCE_MAX && i > start; i--) {
      if (i == limit || (buffer[i] & 0xc0) != 0x80) {
        return i;
      }
    }
    // Four tails in a row are no UTF-8; cut where it comes.
    return end;
  }
}
