package io.containerpatterns.logshipper.event;

import java.util.Arrays;

/**
 * The named values of an event, in order, as pieces of arrays that somebody else owns. Names need
 * not differ. Confined to one thread; allocates only while an event has more fields than any
 * before.
 */
public final class Fields {
  /** An event with more than these keeps them in its text only. */
  public static final int COUNT_MAX = 256;

  private static final int FIRST = 16;

  private byte[][] arrays = new byte[2 * FIRST][];
  private int[] bounds = new int[4 * FIRST];
  private boolean[] json = new boolean[FIRST];
  private int count;

  /** Made by {@link Event}. */
  Fields() {}

  /**
   * Adds one; false, and nothing is added, when there are {@value #COUNT_MAX} already.
   *
   * @param isJson whether the value is JSON to be passed on as it stands (a number, an object, a
   *     string with its quotes); otherwise it is text
   */
  public boolean add(
      byte[] name,
      int nameStart,
      int nameEnd,
      byte[] value,
      int valueStart,
      int valueEnd,
      boolean isJson) {
    if (count == COUNT_MAX) {
      return false;
    }
    if (count == json.length) {
      arrays = Arrays.copyOf(arrays, 2 * arrays.length);
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
      json = Arrays.copyOf(json, 2 * json.length);
    }
    arrays[2 * count] = name;
    arrays[2 * count + 1] = value;
    bounds[4 * count] = nameStart;
    bounds[4 * count + 1] = nameEnd;
    bounds[4 * count + 2] = valueStart;
    bounds[4 * count + 3] = valueEnd;
    json[count] = isJson;
    count++;
    return true;
  }

  /** Leaves none. */
  public void clear() {
    count = 0;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** The array that holds the name of field {@code index}. */
  public byte[] nameBytes(int index) {
    return arrays[2 * index];
  }

  /** Where the name begins in it. */
  public int nameStart(int index) {
    return bounds[4 * index];
  }

  /** Where the name ends. */
  public int nameEnd(int index) {
    return bounds[4 * index + 1];
  }

  /** The array that holds the value of field {@code index}. */
  public byte[] valueBytes(int index) {
    return arrays[2 * index + 1];
  }

  /** Where the value begins in it. */
  public int valueStart(int index) {
    return bounds[4 * index + 2];
  }

  /** Where the value ends. */
  public int valueEnd(int index) {
    return bounds[4 * index + 3];
  }

  /** Whether the value is JSON as it stands. */
  public boolean isJson(int index) {
    return json[index];
  }

  /** Replaces the value of field {@code index} by text, as a filter does. */
  public void replace(int index, byte[] value, int valueStart, int valueEnd, boolean isJson) {
    arrays[2 * index + 1] = value;
    bounds[4 * index + 2] = valueStart;
    bounds[4 * index + 3] = valueEnd;
    json[index] = isJson;
  }
}
