package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.source.LogFile;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One output: reads every file for itself and sends what it reads, at its own pace. Everything
 * happens in turns, on one thread; others leave word ({@link #tell}). What waits is bounded: a file
 * is told of once until it was read, and a parcel is answered once.
 */
final class Shipper {
  private static final int FILLS_A_TURN = 8;
  private static final long NOTHING_DUE = Long.MAX_VALUE;

  private final String id;
  private final Output output;
  private final Terms terms;
  private final Ticker ticker;
  private final Progress progress;
  private final ShipperCounts counts;
  private final Filling filling;
  private final Dispatch dispatch;
  private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
  private final Map<Long, Cursor> cursors = new ConcurrentHashMap<>(); // changed by the thread only
  private final ArrayDeque<Shipment> spare = new ArrayDeque<>();
  private final Runnable wake;
  private @Nullable Shipment filled; // the one that is being filled
  private long numbers;
  private final AtomicInteger held = new AtomicInteger(); // shipments that are not done with
  private boolean hurries; // nothing waits to become more

  /**
   * What an output needs.
   *
   * @param changed told when what stands in a file is not what was read there
   * @param wake called when the thread has something to do, from any thread
   */
  record Surroundings(
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      Progress progress,
      Consumer<LogFile> changed,
      Runnable wake) {}

  Shipper(
      String id,
      Output output,
      Terms terms,
      Preparation.Maker maker,
      DeadLetters deadLetters,
      ShipperCounts counts,
      Surroundings around) {
    this.id = id;
    this.output = output;
    this.terms = terms;
    this.ticker = around.ticker();
    this.progress = around.progress();
    this.counts = counts;
    this.wake = around.wake();
    this.filling =
        new Filling(
            output,
            terms,
            maker,
            counts,
            around.clock(),
            cursor -> around.changed().accept(cursor.file()));
    this.dispatch =
        new Dispatch(
            id,
            output,
            terms,
            deadLetters,
            counts,
            ticker,
            around.random(),
            this::tell,
            this::done);
    for (int i = 0; i < terms.inFlight(); i++) {
      spare.add(new Shipment(64 << 10));
    }
  }

  String id() {
    return id;
  }

  /** Leaves word for the thread. Any thread. */
  void tell(Runnable word) {
    mail.add(word);
    wake.run();
  }

  /** Does what is due; returns for how many nanoseconds nothing more is. The output's thread. */
  long turn() {
    for (Runnable word = mail.poll(); word != null; word = mail.poll()) {
      word.run();
    }
    long now = ticker.nanos();
    filling.wake(now);
    for (int i = 0; i < FILLS_A_TURN && filling.isReady() && fill(now); i++) {
      // Until there is nothing to read or no room.
    }
    sealIfDue(now);
    dispatch.send(now);
    if (!mail.isEmpty() || (filling.isReady() && mayFill())) {
      return 0;
    }
    return untilNext(now);
  }

  private boolean mayFill() {
    return filled != null || !spare.isEmpty();
  }

  private boolean fill(long now) {
    Shipment current = filled;
    if (current == null) {
      current = spare.poll();
      if (current == null) {
        return false;
      }
      current.begin(numbers++);
      filled = current;
      held.incrementAndGet();
    }
    if (filling.fill(current, now)) {
      seal();
    }
    return true;
  }

  private void sealIfDue(long now) {
    Shipment current = filled;
    if (current != null
        && !current.isEmpty()
        && (hurries || now - current.begun() >= terms.batchWait().toNanos())) {
      seal();
    }
  }

  private void seal() {
    Shipment current = filled;
    if (current != null) {
      filled = null;
      current.seal();
      dispatch.take(current);
    }
  }

  private void done(Shipment shipment) {
    shipment.acknowledge(progress);
    held.decrementAndGet();
    spare.add(shipment);
    wake.run();
  }

  private long untilNext(long now) {
    long next = dispatch.nextSend(NOTHING_DUE);
    next = earlier(next, filling.nextWake(NOTHING_DUE), now);
    Shipment current = filled;
    if (current != null && !current.isEmpty()) {
      next = earlier(next, current.begun() + terms.batchWait().toNanos(), now);
    }
    return next == NOTHING_DUE ? NOTHING_DUE : Math.max(0, next - now);
  }

  private static long earlier(long one, long other, long now) {
    if (one == NOTHING_DUE || other == NOTHING_DUE) {
      return one == NOTHING_DUE ? other : one;
    }
    return one - now < other - now ? one : other;
  }

  // ---- what the follower says; on the output's thread

  /** A file is to be read on where {@code trail} ends. */
  void follow(LogFile file, Origin origin, Trail trail) {
    Cursor cursor = new Cursor(file, origin, id, trail, terms.inFlight());
    cursors.put(file.number(), cursor);
    filling.woken(cursor);
  }

  /** A file has something more to be read. */
  void grew(Cursor cursor) {
    filling.woken(cursor);
  }

  /**
   * The content of a file is gone; it had so many bytes.
   *
   * @param copy to be read on instead, if there is one
   * @param copied how many bytes the copy has
   */
  void truncated(LogFile file, long seen, @Nullable LogFile copy, Origin copyOrigin, long copied) {
    Cursor cursor = cursors.remove(file.number());
    if (cursor == null) {
      return;
    }
    cursor.end();
    long read = cursor.position().offset();
    boolean goesOn = copy != null && holds(copy, cursor.acknowledged());
    long kept = goesOn ? Math.max(read, copied) : read;
    if (seen > kept) {
      counts.lost(seen - kept);
    }
    if (copy != null) {
      // From what is acknowledged: what is under way belongs to the old one, whose progress ends
      // here.
      follow(copy, copyOrigin, goesOn ? Trail.NONE.and(cursor.acknowledged()) : Trail.NONE);
    }
  }

  /** Whether {@code copy} is one of what was read; else it only begins like it. */
  static boolean holds(LogFile copy, Anchor read) {
    try {
      return read.offset() == 0 || read.holds(copy);
    } catch (IOException e) {
      return false; // Read from its beginning, when it can be read again.
    }
  }

  /** A file that is not needed any more. */
  void forget(LogFile file) {
    Cursor cursor = cursors.remove(file.number());
    if (cursor != null) {
      cursor.end();
    }
  }

  /** From here on half a line at the end of a file is a line: nothing more will be written. */
  void last(LogFile file) {
    Cursor cursor = cursors.get(file.number());
    if (cursor != null) {
      cursor.last(true);
      filling.woken(cursor);
    }
  }

  /**
   * Nothing waits to become more, because the end is near, or all does again.
   *
   * @param last whether half a line at the end of a file is a line
   */
  void hurry(boolean now, boolean last) {
    hurries = now;
    for (Cursor cursor : cursors.values()) {
      cursor.last(last);
      if (now) {
        cursor.ripe();
        filling.woken(cursor);
      }
    }
  }

  // ---- any thread

  /** The cursor of a file, if this output reads it. */
  @Nullable Cursor cursor(LogFile file) {
    return cursors.get(file.number());
  }

  /** All cursors, as they are at the moment. */
  Collection<Cursor> cursors() {
    return cursors.values();
  }

  /** How many batches are not done with. */
  int held() {
    return held.get();
  }

  Health health() {
    return dispatch.health();
  }

  void close() {
    filling.close();
    output.close();
  }

  /** For the tests: what has been left as word and not been heard. */
  List<Runnable> unheard() {
    return new ArrayList<>(mail);
  }
}
