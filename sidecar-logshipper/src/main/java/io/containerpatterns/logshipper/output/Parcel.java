package io.containerpatterns.logshipper.output;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some of the items of a batch, in order: all of them at first, then halves, or those that a store
 * wants again. Immutable, as long as its batch is not filled anew.
 *
 * <pre>
 *   batch    item 0 | item 1 | item 2 | item 3 | item 4
 *   parcel            place 0           place 1           of a parcel of items 1 and 3
 * </pre>
 */
public final class Parcel {
  private final Batch batch;
  private final int first;
  private final int count;
  private final int @Nullable [] picked; // null: count items in a row from first

  private Parcel(Batch batch, int first, int count, int @Nullable [] picked) {
    this.batch = batch;
    this.first = first;
    this.count = count;
    this.picked = picked;
  }

  /** The whole batch. */
  public static Parcel of(Batch batch) {
    return new Parcel(batch, 0, batch.count(), null);
  }

  /** Where the items lie. */
  public Batch batch() {
    return batch;
  }

  /** How many items it has, at least 1. */
  public int count() {
    return count;
  }

  /** The index in the batch of the item at {@code place}, 0 to {@link #count} - 1. */
  public int item(int place) {
    return picked == null ? first + place : picked[first + place];
  }

  /** Whether its items lie end to end, so that they can be sent as one piece of the array. */
  public boolean isRun() {
    return picked == null;
  }

  /** How many bytes its items are together. */
  public int bytes() {
    if (picked == null) {
      return batch.end(first + count - 1) - batch.start(first);
    }
    int bytes = 0;
    for (int place = 0; place < count; place++) {
      bytes += batch.end(item(place)) - batch.start(item(place));
    }
    return bytes;
  }

  /** The items from place {@code from}, inclusive, to {@code to}, exclusive. */
  public Parcel part(int from, int to) {
    if (from < 0 || to > count || from >= to) {
      throw new IllegalArgumentException(
          from + " to " + to + " of " + count + " (expected: at least one of them)");
    }
    return new Parcel(batch, first + from, to - from, picked);
  }

  /** The items at these places, which ascend. */
  public Parcel pick(int[] places) {
    int[] items = new int[places.length];
    for (int i = 0; i < items.length; i++) {
      items[i] = item(places[i]);
    }
    return new Parcel(batch, 0, items.length, items);
  }

  @Override
  public String toString() {
    return picked == null
        ? "items " + first + " to " + (first + count - 1)
        : "items " + Arrays.toString(Arrays.copyOfRange(picked, first, first + count));
  }
}
