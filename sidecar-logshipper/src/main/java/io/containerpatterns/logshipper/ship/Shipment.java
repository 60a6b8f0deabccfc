package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.output.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch and the parts of files that it is made of. Filled, sealed, sent, and done with when every
 * item is taken by the store or kept as a dead letter; then it is used again. Confined to the
 * output's thread, but for the batch, which whoever sends it reads.
 */
final class Shipment {
  private final Batch batch;
  private final List<Part> parts = new ArrayList<>();
  private long number;
  private long begun;
  private int parcels;
  private int underWay;

  /**
   * What a shipment holds of one file: all up to {@code end}, from where the one before it ended.
   */
  private static final class Part {
    private final Cursor cursor;
    private Anchor end;
    private long segment = -1;

    Part(Cursor cursor, Anchor end) {
      this.cursor = cursor;
      this.end = end;
    }
  }

  Shipment(int bytes) {
    batch = new Batch(bytes);
  }

  Batch batch() {
    return batch;
  }

  /** Begins anew. */
  void begin(long newNumber) {
    number = newNumber;
    parcels = 0;
    underWay = 0;
    parts.clear();
    batch.clear();
  }

  /** Its place in the order in which shipments were begun. */
  long number() {
    return number;
  }

  /** When the first part of it was read. */
  long begun() {
    return begun;
  }

  /** Everything of the cursor's file up to {@code end} is in it, or was left out by a filter. */
  void covers(Cursor cursor, Anchor end, long now) {
    if (parts.isEmpty()) {
      begun = now;
    }
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      if (part.cursor == cursor) {
        part.end = end;
        return;
      }
    }
    parts.add(new Part(cursor, end));
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Nothing more is added. */
  void seal() {
    for (Part part : parts) {
      part.segment = part.cursor.window().send(part.end.offset(), part.end.hash());
    }
  }

  /** Whether nothing before it of any of its files is still to be acknowledged. */
  boolean isFirst() {
    for (Part part : parts) {
      if (!part.cursor.window().isFirst(part.segment)) {
        return false;
      }
    }
    return true;
  }

  /** A parcel of it is under way. */
  void sent() {
    underWay++;
  }

  /** A parcel of it was answered. */
  void answered() {
    underWay--;
  }

  /** Whether a parcel of it is under way. */
  boolean isUnderWay() {
    return underWay > 0;
  }

  /** So many parcels more are to be taken. */
  void opened(int more) {
    parcels += more;
  }

  /** One parcel is done with; true when it was the last. */
  boolean closed() {
    parcels--;
    return parcels == 0;
  }

  /** All of it is done with: moves the cursors, and tells those that nobody is to save yet. */
  void acknowledge(Progress progress) {
    for (Part part : parts) {
      if (part.cursor.acknowledge(part.segment)) {
        progress.moved(part.cursor);
      }
    }
  }
}
