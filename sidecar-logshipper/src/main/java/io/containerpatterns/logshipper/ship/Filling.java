package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.text.Cut;
import io.containerpatterns.logshipper.text.Cutter;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files into a shipment, a buffer full of one at a time, each file in its turn.
 *
 * <pre>
 *   woken --> ready --read--> more in the file, or no room in the batch: ready again, behind the others
 *               ^             at its end: asleep --> woken by the follower
 *               '---- idle ---- at its end with an event that may go on: rest
 * </pre>
 *
 * Confined to the output's thread.
 */
final class Filling implements Cutter.Taker {
  private static final Log log = Log.of(Filling.class);
  private static final int HEAD = 4 << 10;
  private static final int BUFFER_MIN = 256 << 10;

  private final Output output;
  private final Terms terms;
  private final Stage.Maker stages;
  private final ShipperCounts counts;
  private final InstantSource clock;
  private final Consumer<Cursor> changed;
  private final Cutter cutter;
  private final byte[] head = new byte[HEAD];
  private final ArrayDeque<Cursor> ready = new ArrayDeque<>();
  private final ArrayDeque<Rest> rests = new ArrayDeque<>();

  // Of the cut that is under way.
  private @Nullable Batch batch;
  private @Nullable Event event;
  private Stage stage = Stage.NONE;
  private long readSeconds;
  private int readNanos;
  private int events;
  private int leftOut;

  /** A file whose last event may be whole, and since when nothing has come behind it. */
  private record Rest(Cursor cursor, long since) {}

  /**
   * @param changed told when what stands in a file is not what was read there
   */
  Filling(
      Output output,
      Terms terms,
      Stage.Maker stages,
      ShipperCounts counts,
      InstantSource clock,
      Consumer<Cursor> changed) {
    this.output = output;
    this.terms = terms;
    this.stages = stages;
    this.counts = counts;
    this.clock = clock;
    this.changed = changed;
    this.cutter =
        new Cutter(
            Math.max(BUFFER_MIN, 2 * terms.eventBytesMax()),
            terms.eventBytesMax(),
            terms.eventLinesMax());
  }

  /** There is something to be read. */
  void woken(Cursor cursor) {
    if (cursor.queue()) {
      ready.add(cursor);
    }
  }

  /** Whether something can be read now. */
  boolean isReady() {
    return !ready.isEmpty();
  }

  /** When the oldest rest is given as it is, in the ticker's nanoseconds; empty rests aside. */
  long nextRest(long otherwise) {
    Rest first = rests.peek();
    return first == null ? otherwise : first.since() + terms.eventIdle().toNanos();
  }

  /** Queues those files whose last event has waited long enough. */
  void wakeRests(long now) {
    for (Rest rest = rests.peek();
        rest != null && now - rest.since() >= terms.eventIdle().toNanos();
        rest = rests.peek()) {
      rests.remove();
      if (rest.since() == rest.cursor().restSince()) {
        rest.cursor().ripe();
        woken(rest.cursor());
      }
    }
  }

  /** Reads from one file into {@code shipment}; true when there is no room for more. */
  boolean fill(Shipment shipment, long now) {
    Cursor cursor = ready.remove();
    cursor.unqueued();
    if (cursor.isOver()) {
      return false;
    }
    try {
      return cut(cursor, shipment, now);
    } catch (IOException e) {
      log.warn(
          "cannot read a log file",
          "file",
          cursor.file(),
          "output",
          cursor.output(),
          "offset",
          cursor.position().offset(),
          "cause",
          e,
          "action",
          "it is tried again soon");
      counts.unreadable();
      cursor.restSince(now);
      rests.add(new Rest(cursor, now));
      return false;
    }
  }

  private boolean cut(Cursor cursor, Shipment shipment, long now) throws IOException {
    prepare(cursor);
    Grouping grouping = cursor.grouping();
    if (grouping == null) {
      cursor.sleep(cursor.position().offset());
      return false;
    }
    begin(cursor, shipment);
    Cut cut = cutter.cut(cursor.file(), cursor.position(), cursor.takeEnding(), grouping, this);
    counts.read(events, cut.next().offset() - cursor.position().offset(), leftOut);
    boolean moved = cut.next().offset() != cursor.position().offset();
    if (moved) {
      shipment.covers(cursor, cut.next(), now);
      cursor.position(cut.next());
    }
    switch (cut.stop()) {
      case END -> rest(cursor, cut, moved, now);
      case BUFFER, NOT_TAKEN -> woken(cursor);
      case CHANGED -> {
        cursor.end();
        changed.accept(cursor);
      }
    }
    return cut.stop() == Cut.Stop.NOT_TAKEN;
  }

  private void begin(Cursor cursor, Shipment shipment) {
    Instant at = clock.instant();
    readSeconds = at.getEpochSecond();
    readNanos = at.getNano();
    batch = shipment.batch();
    event = cursor.event();
    stage = cursor.stage();
    events = 0;
    leftOut = 0;
  }

  private void rest(Cursor cursor, Cut cut, boolean moved, long now) {
    boolean grown = cut.seen() != cursor.seen();
    cursor.sleep(cut.seen());
    if (cut.seen() > cut.next().offset() && (moved || grown)) {
      cursor.restSince(now);
      rests.add(new Rest(cursor, now));
    }
  }

  /** What depends on how the file begins, which is looked at until there is enough of it. */
  private void prepare(Cursor cursor) throws IOException {
    if (cursor.headLength() == HEAD) {
      return;
    }
    int length = cursor.file().read(head, 0, HEAD, 0);
    if (length > cursor.headLength()) {
      boolean timestamped = Grouping.isTimestamped(head, length, clock.instant().getEpochSecond());
      cursor.prepare(
          length,
          new Grouping(terms.grouping(), timestamped, clock.instant().getEpochSecond()),
          stages.stageFor(cursor.origin(), head, length));
    }
  }

  @Override
  public boolean take(byte[] bytes, int start, int end, long offset, int length, boolean piece) {
    Batch to = batch;
    Event one = event;
    if (to == null || one == null) {
      throw new IllegalStateException("no cut is under way");
    }
    if (to.bytes() >= terms.batchBytes() || to.count() >= terms.batchEvents()) {
      return false;
    }
    one.begin(bytes, start, end, offset, length, piece);
    one.time(readSeconds, readNanos, false);
    if (stage.pass(one)) {
      to.add(one, output);
      events++;
    } else {
      leftOut++;
    }
    return true;
  }
}
