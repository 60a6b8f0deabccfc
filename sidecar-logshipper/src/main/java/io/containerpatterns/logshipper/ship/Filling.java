package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.source.LogFile;
import io.containerpatterns.logshipper.source.Unpacking;
import io.containerpatterns.logshipper.text.Cut;
import io.containerpatterns.logshipper.text.Cutter;
import io.containerpatterns.logshipper.text.Encoding;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.PriorityQueue;
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
  private static final Origin NOWHERE = new Origin("", List.of(), 0);
  private static final int HEAD = 4 << 10;
  private static final int BUFFER_MORE = 64 << 10; // than the longest event

  private final Output output;
  private final Terms terms;
  private final Preparation.Maker maker;
  private final ShipperCounts counts;
  private final InstantSource clock;
  private final Consumer<Cursor> changed;
  private final Cutter cutter;
  private final Event event = new Event(NOWHERE); // the one object for all events
  private final byte[] head = new byte[HEAD];
  private final Sink decoded = new Sink(0); // the text of an event that is not UTF-8
  private final ArrayDeque<Cursor> ready = new ArrayDeque<>();
  private final Unpacking unpacking;
  private final ArrayDeque<Cursor> packed = new ArrayDeque<>(); // queued behind the one unpacked
  private final ArrayDeque<Rest> rests = new ArrayDeque<>();
  private final PriorityQueue<Delay> delays =
      new PriorityQueue<>((one, other) -> Long.signum(one.until() - other.until()));

  // Of the cut that is under way.
  private @Nullable Batch batch;
  private Stage stage = Stage.NONE;
  private Encoding encoding = Encoding.UTF_8;
  private long readSeconds;
  private int readNanos;
  private int events;
  private int leftOut;
  private long delay;

  /** A file whose last event may be whole, and since when nothing has come behind it. */
  private record Rest(Cursor cursor, long since) {}

  /** A file that is held to fewer events in a second. */
  private record Delay(Cursor cursor, long until) {}

  /**
   * @param changed told when what stands in a file is not what was read there
   */
  Filling(
      Output output,
      Terms terms,
      Preparation.Maker maker,
      ShipperCounts counts,
      InstantSource clock,
      Consumer<Cursor> changed) {
    this.output = output;
    this.terms = terms;
    this.maker = maker;
    this.counts = counts;
    this.clock = clock;
    this.changed = changed;
    int buffer = terms.eventBytesMax() + BUFFER_MORE;
    // What is not taken of a buffer is read again.
    this.unpacking = new Unpacking(buffer + Anchor.REACH);
    this.cutter = new Cutter(buffer, terms.eventBytesMax(), terms.eventLinesMax());
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

  /** When a file is to be read although nobody wakes it, in the ticker's nanoseconds. */
  long nextWake(long otherwise) {
    Rest rest = rests.peek();
    Delay delayed = delays.peek();
    if (rest == null) {
      return delayed == null ? otherwise : delayed.until();
    }
    long ripe = rest.since() + terms.eventIdle().toNanos();
    return delayed == null || ripe - delayed.until() < 0 ? ripe : delayed.until();
  }

  /** Queues the files whose last event, or whose next one, has waited long enough. */
  void wake(long now) {
    for (Rest rest = rests.peek();
        rest != null && now - rest.since() >= terms.eventIdle().toNanos();
        rest = rests.peek()) {
      rests.remove();
      if (rest.since() == rest.cursor().restSince()) {
        rest.cursor().ripe();
        woken(rest.cursor());
      }
    }
    for (Delay next = delays.peek();
        next != null && now - next.until() >= 0;
        next = delays.peek()) {
      delays.remove();
      woken(next.cursor());
    }
  }

  /** Reads from one file into {@code shipment}; true when there is no room for more. */
  boolean fill(Shipment shipment, long now) {
    Cursor cursor = ready.remove();
    if (cursor.file().isPacked() && !unpacking.isFreeFor(cursor.file())) {
      packed.add(cursor);
      return false;
    }
    cursor.unqueued();
    if (cursor.isOver() || isRead(cursor)) {
      unpacked(cursor);
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
      unpacked(cursor);
      cursor.restSince(now);
      rests.add(new Rest(cursor, now));
      return false;
    }
  }

  private boolean cut(Cursor cursor, Shipment shipment, long now) throws IOException {
    prepare(cursor);
    Preparation preparation = cursor.preparation();
    if (preparation == null) {
      cursor.sleep(cursor.position().offset());
      return false;
    }
    begin(cursor, preparation, shipment);
    Cut cut =
        cutter.cut(
            source(cursor),
            cursor.position(),
            cursor.takeEnding(),
            preparation.encoding(),
            preparation.grouping(),
            this);
    counts.read(events, cut.next().offset() - cursor.position().offset(), leftOut);
    boolean moved = cut.next().offset() != cursor.position().offset();
    if (moved) {
      shipment.covers(cursor, cut.next(), now);
      cursor.position(cut.next());
    }
    switch (cut.stop()) {
      case END -> {
        unpacked(cursor);
        rest(cursor, cut, moved, now);
      }
      case BUFFER -> woken(cursor);
      case NOT_TAKEN -> later(cursor, now);
      case CHANGED -> {
        cursor.end();
        unpacked(cursor);
        changed.accept(cursor);
      }
    }
    return cut.stop() == Cut.Stop.NOT_TAKEN && delay == 0;
  }

  /** Nothing of a compressed file is decompressed only to see its end. */
  private static boolean isRead(Cursor cursor) {
    LogFile file = cursor.file();
    boolean read = file.isPacked() && cursor.position().offset() >= file.unpackedSize();
    if (read) {
      cursor.sleep(file.unpackedSize());
    }
    return read;
  }

  private Cutter.Source source(Cursor cursor) {
    LogFile file = cursor.file();
    return file.isPacked() ? unpacking.of(file) : file;
  }

  /** One compressed file at a time is read: where it ends the next one begins. */
  private void unpacked(Cursor cursor) {
    unpacking.release(cursor.file());
    Cursor next = unpacking.isFree() ? packed.poll() : null;
    if (next != null) {
      ready.add(next);
    }
  }

  /** Gives back what is not on the heap. */
  void close() {
    unpacking.close();
  }

  private void begin(Cursor cursor, Preparation preparation, Shipment shipment) {
    Instant at = clock.instant();
    readSeconds = at.getEpochSecond();
    readNanos = at.getNano();
    batch = shipment.batch();
    event.from(cursor.origin());
    stage = preparation.stage();
    encoding = preparation.encoding();
    delay = 0;
    events = 0;
    leftOut = 0;
  }

  /** There is more in the file, and no room for it, or it is held to fewer events in a second. */
  private void later(Cursor cursor, long now) {
    if (delay == 0) {
      woken(cursor);
    } else {
      delays.add(new Delay(cursor, now + delay));
    }
  }

  private void rest(Cursor cursor, Cut cut, boolean moved, long now) {
    boolean grown = cut.seen() != cursor.seen();
    cursor.sleep(cut.seen());
    if (cut.seen() > cut.next().offset() && (moved || grown)) {
      cursor.restSince(now);
      rests.add(new Rest(cursor, now));
      if (cursor.isLast()) {
        woken(cursor); // It was said to be the last before this end was seen.
      }
    }
  }

  /** What depends on how the file begins, which is looked at until there is enough of it. */
  private void prepare(Cursor cursor) throws IOException {
    if (cursor.headLength() == HEAD) {
      return;
    }
    int length = source(cursor).read(head, 0, HEAD, 0);
    if (length > cursor.headLength()) {
      long readAt = clock.instant().getEpochSecond();
      cursor.prepare(length, maker.prepare(cursor.origin(), head, length, readAt));
    }
  }

  @Override
  public boolean take(byte[] bytes, int start, int end, long offset, int length, boolean piece) {
    Batch to = batch;
    if (to == null) {
      throw new IllegalStateException("no cut is under way");
    }
    if (to.bytes() >= terms.batchBytes() || to.count() >= terms.batchEvents()) {
      return false;
    }
    delay = stage.delayNanos();
    if (delay > 0) {
      return false;
    }
    int from = offset == 0 ? start + encoding.mark(bytes, start, end) : start;
    if (encoding == Encoding.UTF_8) {
      event.begin(bytes, from, end, offset, length, piece);
    } else {
      decoded.cutTo(0);
      encoding.toUtf8(bytes, from, end, decoded);
      event.begin(decoded.array(), 0, decoded.length(), offset, length, piece);
    }
    event.time(readSeconds, readNanos, false);
    if (stage.pass(event)) {
      to.add(event, output);
      events++;
    } else {
      leftOut++;
    }
    return true;
  }
}
