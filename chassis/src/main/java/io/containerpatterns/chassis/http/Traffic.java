package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What went through one listener or to one upstream. Counting takes no lock and may be done from
 * any thread.
 *
 * <p>Counters grow from the start of the process. Latency quantiles speak of the last one to two
 * minutes before they are read, as long as somebody reads them once a minute, which the management
 * API does:
 *
 * <pre>
 *   latency() -> recorder -> scratch -> current -(after a minute)-> previous     shown: previous + current
 * </pre>
 */
public final class Traffic {
  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final long MICROS_MAX = 60_000_000;
  private static final int DIGITS = 2; // one in a hundred is exact enough, 21 kB per histogram

  private final String name;
  private final Ticker ticker;
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder drops = new LongAdder();
  private final Recorder recorder = new Recorder(MICROS_MAX, DIGITS);
  private Histogram current = new Histogram(MICROS_MAX, DIGITS); // guarded by this
  private Histogram previous = new Histogram(MICROS_MAX, DIGITS); // guarded by this
  private Histogram scratch = recorder.getIntervalHistogram(); // guarded by this
  private long windowBegan; // guarded by this

  Traffic(String name, Ticker ticker) {
    this.name = name;
    this.ticker = ticker;
    this.windowBegan = ticker.nanos();
  }

  /** What the listener or upstream is called, such as {@code api}. */
  public String name() {
    return name;
  }

  /** A connection was accepted or made. */
  public void opened() {
    opened.increment();
  }

  /** A connection ended. */
  public void closed() {
    closed.increment();
  }

  /** A whole message came in. */
  public void messageIn() {
    messagesIn.increment();
  }

  /** A whole message went out. */
  public void messageOut() {
    messagesOut.increment();
  }

  /** Bytes came in. */
  public void bytesIn(long bytes) {
    bytesIn.add(bytes);
  }

  /** Bytes went out. */
  public void bytesOut(long bytes) {
    bytesOut.add(bytes);
  }

  /**
   * Something failed: an answer of ours from 500 up, a connection that broke, an upstream that did
   * not answer.
   */
  public void error() {
    errors.increment();
  }

  /**
   * Something was turned away for lack of room: a connection beyond the limit, a client too slow.
   */
  public void dropped() {
    drops.increment();
  }

  /** A message was answered after so long. */
  public void latency(long nanos) {
    recorder.recordValue(Math.clamp(nanos / 1000, 0, MICROS_MAX));
  }

  /** All figures at this moment. */
  public synchronized Snapshot snapshot() {
    scratch = recorder.getIntervalHistogram(scratch);
    current.add(scratch);
    Histogram shown = current.copy();
    shown.add(previous);
    long now = ticker.nanos();
    if (now - windowBegan >= WINDOW_NANOS) {
      Histogram oldest = previous;
      previous = current;
      oldest.reset();
      current = oldest;
      windowBegan = now;
    }
    long in = opened.sum();
    return new Snapshot(
        name,
        Math.max(0, in - closed.sum()),
        in,
        messagesIn.sum(),
        messagesOut.sum(),
        bytesIn.sum(),
        bytesOut.sum(),
        errors.sum(),
        drops.sum(),
        Latency.of(shown));
  }

  /**
   * The figures of one listener or upstream at one moment.
   *
   * @param open connections
   * @param accepted connections since the start; for an upstream those made
   */
  public record Snapshot(
      String name,
      long open,
      long accepted,
      long messagesIn,
      long messagesOut,
      long bytesIn,
      long bytesOut,
      long errors,
      long drops,
      Latency latency) {}

  /** How long messages took to be answered, in microseconds; all zero where none was. */
  public record Latency(
      long count, long p50Micros, long p90Micros, long p99Micros, long p999Micros, long maxMicros) {
    private static Latency of(Histogram histogram) {
      return new Latency(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(90),
          histogram.getValueAtPercentile(99),
          histogram.getValueAtPercentile(99.9),
          histogram.getMaxValue());
    }
  }
}
