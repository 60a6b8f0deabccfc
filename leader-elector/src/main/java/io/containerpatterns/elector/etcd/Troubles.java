package io.containerpatterns.elector.etcd;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong at this moment, for the check and for the log; the gravest first. Written on the
 * loop, read by any thread.
 */
final class Troubles {
  private static final Log log = Log.of(EtcdLeaseStore.class);
  private static final Duration TELL_EVERY = Duration.ofMinutes(1);
  private static final String CALLS = "etcd does not do what it is asked";
  private static final String RECORD = "a record is not a lease";
  private static final int UNREADABLE_MAX = 16;
  private static final String WATCH = "etcd does not tell of changes, elections are read instead";

  private final Repeats repeats;
  private volatile @Nullable String lasting;
  private volatile @Nullable String calls;
  private volatile @Nullable String watch;
  private final Map<String, String> unreadable = new ConcurrentHashMap<>();

  Troubles(Ticker ticker) {
    this.repeats = new Repeats(log, ticker, TELL_EVERY);
  }

  /** The gravest, or null. Any thread. */
  @Nullable String now() {
    String first = lasting;
    String second = calls;
    if (first != null || second != null) {
      return first != null ? first : second;
    }
    return unreadable.values().stream().findFirst().orElse(watch);
  }

  /** Something that does not end while this process runs; the first is kept. */
  void lasting(String sentence) {
    if (lasting == null) {
      lasting = sentence;
      log.error("etcd is not what it was", "why", sentence);
    }
  }

  void callFailed(String sentence) {
    calls = sentence;
    repeats.warn(CALLS, "why", sentence);
  }

  void callDone() {
    if (calls != null) {
      calls = null;
      repeats.over(CALLS);
    }
  }

  void unreadable(String election, String sentence) {
    if (unreadable.size() < UNREADABLE_MAX) {
      unreadable.put(election, sentence);
    }
    repeats.warn(RECORD, "why", sentence);
  }

  void readable(String election) {
    if (!unreadable.isEmpty() && unreadable.remove(election) != null && unreadable.isEmpty()) {
      repeats.over(RECORD);
    }
  }

  void watchFailed(String sentence) {
    watch = sentence;
    repeats.warn(WATCH, "why", sentence);
  }

  void watchDone() {
    if (watch != null) {
      watch = null;
      repeats.over(WATCH);
    }
  }
}
