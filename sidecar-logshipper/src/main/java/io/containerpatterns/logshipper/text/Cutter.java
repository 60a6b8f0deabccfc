package io.containerpatterns.logshipper.text;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.identity.Anchor;
import java.io.IOException;

/**
 * Cuts the bytes of a file into events. What is not whole is left for later: it is read again from
 * its first byte, so nothing has to be kept for a file that waits.
 *
 * <pre>
 *   file    ......lead|event      |event      |event, not known to be whole|
 *                     ^ from                  ^ next
 * </pre>
 *
 * The bytes before, the lead, are read again as well: a file that was cut and filled anew since the
 * last time does not have them, and nothing of it must be taken for the rest of what it was.
 *
 * <p>No byte is passed over and none is given twice: events lie end to end. One that is longer than
 * it may be comes in pieces, each cut between two characters. One buffer serves all files of a
 * thread. Confined to one thread; allocates nothing for an event.
 */
public final class Cutter {
  private static final int SEQUENCE_MAX = 4;

  private final byte[] buffer;
  private final int eventBytesMax;
  private final int eventLinesMax;
  private final Sink line = new Sink(0); // where the grouping cannot read it as it is
  private Encoding encoding = Encoding.UTF_8; // of the cut that is under way

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
     * @param length how many bytes of the file it is, the end of its last line included
     * @param piece whether it is longer than it may be, and this is not its last part
     * @return false when it was not taken, and nothing more is wanted
     */
    boolean take(byte[] bytes, int start, int end, long offset, int length, boolean piece);
  }

  /**
   * For events of so many bytes and lines at most.
   *
   * @param bufferBytes how much is read at once, more than an event and what stands before it
   */
  public Cutter(int bufferBytes, int eventBytesMax, int eventLinesMax) {
    if (eventBytesMax < SEQUENCE_MAX
        || eventLinesMax < 1
        || bufferBytes <= eventBytesMax + Anchor.REACH) {
      throw new IllegalArgumentException(
          "events of %,d bytes and %,d lines in a buffer of %,d bytes (expected: at least %d and 1, and %d less than the buffer)"
              .formatted(
                  eventBytesMax, eventLinesMax, bufferBytes, SEQUENCE_MAX, Anchor.REACH + 1));
    }
    this.buffer = new byte[bufferBytes];
    this.eventBytesMax = eventBytesMax;
    this.eventLinesMax = eventLinesMax;
  }

  /** Cuts a buffer full of UTF-8 from {@code from} on. */
  public Cut cut(Source source, Anchor from, Ending ending, Grouping grouping, Taker taker)
      throws IOException {
    return cut(source, from, ending, Encoding.UTF_8, grouping, taker);
  }

  /**
   * Cuts a buffer full from {@code from} on.
   *
   * @param ending whether the last event is whole
   */
  public Cut cut(
      Source source,
      Anchor from,
      Ending ending,
      Encoding fileEncoding,
      Grouping grouping,
      Taker taker)
      throws IOException {
    encoding = fileEncoding;
    int lead = Anchor.reach(from.offset());
    long zero = from.offset() - lead; // the offset of the first byte in the buffer
    int length = fill(source, zero);
    if (length < lead || !from.holds(buffer, lead)) {
      return new Cut(from, zero + length, Cut.Stop.CHANGED);
    }
    boolean atEnd = length < buffer.length;
    boolean ends = atEnd && ending.isAt(zero + length);
    int event = lead;
    int lines = 0;
    int at = lead;
    while (at < length) {
      int feed = encoding.feed(buffer, at, length);
      boolean last = feed < 0;
      if (last && !(ends && ending.line())) {
        break;
      }
      // Without the end of its line the last one of a file is a line like any other.
      int next = last ? length : feed + encoding.unit();
      int textEnd = last ? length : encoding.textEnd(buffer, at, feed);
      if (lines > 0 && (lines == eventLinesMax || !goesOn(grouping, at, textEnd))) {
        if (!give(event, at, zero, taker)) {
          return cut(from, lead, event, length, Cut.Stop.NOT_TAKEN);
        }
        event = at;
        lines = 0;
      }
      if (lines == 0) {
        begin(grouping, at, textEnd);
      }
      lines++;
      at = next;
      int rest = pieces(event, at, zero, taker);
      if (rest < 0) {
        return cut(from, lead, ~rest, length, Cut.Stop.NOT_TAKEN);
      }
      event = rest;
    }
    if (event < at && (grouping.isWhole() || (ends && at == length))) {
      if (!give(event, at, zero, taker)) {
        return cut(from, lead, event, length, Cut.Stop.NOT_TAKEN);
      }
      event = at;
    }
    // What is left: an event whose next line is not whole, if there is one.
    int rest = pieces(event, length, zero, taker);
    if (rest < 0) {
      return cut(from, lead, ~rest, length, Cut.Stop.NOT_TAKEN);
    }
    event = rest;
    return cut(from, lead, event, length, atEnd ? Cut.Stop.END : Cut.Stop.BUFFER);
  }

  private boolean goesOn(Grouping grouping, int start, int end) {
    if (encoding == Encoding.UTF_8) {
      return grouping.goesOn(buffer, start, end);
    }
    decode(start, end);
    return grouping.goesOn(line.array(), 0, line.length());
  }

  private void begin(Grouping grouping, int start, int end) {
    if (encoding == Encoding.UTF_8) {
      grouping.begin(buffer, start, end);
    } else {
      decode(start, end);
      grouping.begin(line.array(), 0, line.length());
    }
  }

  private void decode(int start, int end) {
    line.cutTo(0);
    encoding.toUtf8(buffer, start, end, line);
  }

  private Cut cut(Anchor from, int lead, int next, int length, Cut.Stop stop) {
    long seen = from.offset() + length - lead;
    if (next == lead) {
      return new Cut(from, seen, stop);
    }
    return new Cut(Anchor.of(from.offset() + next - lead, buffer, next), seen, stop);
  }

  /**
   * Gives away the beginning of an event that is too long, piece by piece; returns where the rest
   * of it begins, or that negated bit by bit when a piece was not taken.
   */
  private int pieces(int begun, int end, long zero, Taker taker) {
    int event = begun;
    while (end - event > eventBytesMax) {
      int piece = pieceEnd(event, end);
      if (!taker.take(buffer, event, piece, zero + event, piece - event, true)) {
        return ~event;
      }
      event = piece;
    }
    return event;
  }

  /** The event up to {@code end}, the end of its last line included if it has one. */
  private boolean give(int event, int end, long zero, Taker taker) {
    boolean fed = encoding.isFed(buffer, event, end);
    int textEnd = fed ? encoding.textEnd(buffer, event, end - encoding.unit()) : end;
    return taker.take(buffer, event, textEnd, zero + event, end - event, false);
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
    if (encoding != Encoding.UTF_8) {
      return encoding.boundary(buffer, start, end);
    }
    for (int i = end; i > end - SEQUENCE_MAX && i > start; i--) {
      if (i == limit || (buffer[i] & 0xc0) != 0x80) {
        return i;
      }
    }
    // Four tails in a row are no UTF-8; cut where it comes.
    return end;
  }
}
