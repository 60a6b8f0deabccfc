package io.containerpatterns.logshipper.output;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import java.util.Arrays;

/**
 * Items that were encoded together and are acknowledged together. Filled once, then read until all
 * of it is done with, then filled again: its arrays are kept. Filled by one thread, and handed over
 * to others by whoever sends it.
 */
public final class Batch {
  private static final int FIRST = 64;

  private final Sink body;
  private int[] ends = new int[FIRST];
  private Origin[] origins = new Origin[FIRST];
  private long[] offsets = new long[FIRST];
  private int[] lengths = new int[FIRST];
  private long[] seconds = new long[FIRST];
  private int[] nanos = new int[FIRST];
  private int count;

  /** Empty, with room for so many bytes before it has to grow. */
  public Batch(int room) {
    body = new Sink(room);
  }

  /** Encodes {@code event} as one more item. */
  public void add(Event event, Output output) {
    if (count == ends.length) {
      int room = 2 * count;
      ends = Arrays.copyOf(ends, room);
      origins = Arrays.copyOf(origins, room);
      offsets = Arrays.copyOf(offsets, room);
      lengths = Arrays.copyOf(lengths, room);
      seconds = Arrays.copyOf(seconds, room);
      nanos = Arrays.copyOf(nanos, room);
    }
    output.encode(event, body);
    ends[count] = body.length();
    origins[count] = event.origin();
    offsets[count] = event.offset();
    lengths[count] = Math.toIntExact(event.length());
    seconds[count] = event.seconds();
    nanos[count] = event.nanos();
    count++;
  }

  /** Empties it. */
  public void clear() {
    Arrays.fill(origins, 0, count, null);
    count = 0;
    body.cutTo(0);
  }

  /** How many items there are. */
  public int count() {
    return count;
  }

  /** How many bytes the items are together. */
  public int bytes() {
    return body.length();
  }

  /** The array in which the items lie end to end. */
  public byte[] array() {
    return body.array();
  }

  /** Where item {@code index} begins in it. */
  public int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Where item {@code index} ends. */
  public int end(int index) {
    return ends[index];
  }

  /** Where the event of item {@code index} comes from. */
  public Origin origin(int index) {
    return origins[index];
  }

  /** Where that event begins in its file, in bytes. */
  public long offset(int index) {
    return offsets[index];
  }

  /** How much of its file that event is, in bytes. */
  public int length(int index) {
    return lengths[index];
  }

  /** When it happened or was read, in seconds since 1970. */
  public long seconds(int index) {
    return seconds[index];
  }

  /** Nanoseconds in that second. */
  public int nanos(int index) {
    return nanos[index];
  }
}
