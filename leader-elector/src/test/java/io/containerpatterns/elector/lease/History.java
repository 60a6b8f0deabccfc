package io.containerpatterns.elector.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls made for one election by all processes, and the question whether they can have happened
 * one after the other, each at some moment between its call and its answer, as Wing and Gong ask
 * it: try each call that could be the next, go back where none fits, never try twice what was
 * tried.
 *
 * <p>Each swap in a history writes a holder of its own.
 */
public final class History {
  private final List<Call> calls = new ArrayList<>(); // guarded by this

  /**
   * One call.
   *
   * @param holder what a swap wrote, or what a read found; empty for nothing
   * @param version what a swap expected, or what a read found
   * @param outcome the version written, or one of the constants below
   * @param to when it was answered; {@link Long#MAX_VALUE} when the outcome is unknown
   */
  public record Call(
      String process, boolean swap, String holder, long version, long outcome, long from, long to) {
    public static final long CONFLICT = -1;
    public static final long UNKNOWN = -2;

    public static Call read(String process, Stored found, long from, long to) {
      return new Call(process, false, holderOf(found), found.version(), 0, from, to);
    }

    public static Call swap(
        String process, long expected, String holder, long outcome, long from, long to) {
      return new Call(
          process, true, holder, expected, outcome, from, outcome == UNKNOWN ? Long.MAX_VALUE : to);
    }

    private static String holderOf(Stored stored) {
      Lease lease = stored.lease();
      return lease == null ? "" : lease.holder();
    }
  }

  public synchronized void add(Call call) {
    calls.add(call);
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Fails when no order explains the answers, or when a version had two winners. */
  public void assertLinearizable() {
    List<Call> all = calls();
    var winners = new HashMap<Long, String>();
    for (Call call : all) {
      long version = call.swap ? call.outcome : call.version;
      if (version > 0) {
        String other = winners.putIfAbsent(version, call.holder);
        assertThat(other)
            .as("second winner of version %d in %s", version, all)
            .isIn(null, call.holder);
      }
    }
    assertThat(isLinearizable(all, winners)).as("an order for %s", all).isTrue();
  }

  /** Whether anybody saw the record that {@code holder} wrote. */
  public boolean wasSeen(String holder) {
    return calls().stream().anyMatch(call -> !call.swap && call.holder.equals(holder));
  }

  private static boolean isLinearizable(List<Call> calls, Map<Long, String> winners) {
    var versions = new HashMap<String, Long>();
    winners.forEach((version, holder) -> versions.put(holder, version));
    List<Call> sorted = calls.stream().sorted(Comparator.comparingLong(Call::from)).toList();
    var tried = new HashSet<Configuration>();
    var open = new ArrayDeque<Configuration>();
    open.push(new Configuration(new BitSet(), 0, ""));
    while (!open.isEmpty()) {
      var now = open.pop();
      if (!tried.add(now)) {
        continue;
      }
      long firstAnswer = Long.MAX_VALUE;
      var candidates = new ArrayList<Integer>();
      for (int i = now.done.nextClearBit(0); i < sorted.size(); i = now.done.nextClearBit(i + 1)) {
        Call call = sorted.get(i);
        if (call.from > firstAnswer) {
          break;
        }
        candidates.add(i);
        firstAnswer = Math.min(firstAnswer, call.to);
      }
      if (firstAnswer == Long.MAX_VALUE) {
        return true;
      }
      for (int i : candidates) {
        Call call = sorted.get(i);
        if (call.from <= firstAnswer) {
          Configuration next = now.after(i, call, versions);
          if (next != null) {
            open.push(next);
          }
        }
      }
    }
    return false;
  }

  /** What has happened so far, and the record after it. */
  private record Configuration(BitSet done, long version, String holder) {
    @Nullable Configuration after(int i, Call call, Map<String, Long> versions) {
      if (!call.swap) {
        boolean fits = call.version == version && call.holder.equals(holder);
        return fits ? with(i, version, holder) : null;
      }
      if (call.outcome == Call.CONFLICT) {
        return call.version == version ? null : with(i, version, holder);
      }
      // An unknown one whose record nobody saw may have any version; nobody can have expected it.
      long written = versions.getOrDefault(call.holder, Long.MAX_VALUE - i);
      return call.version == version ? with(i, written, call.holder) : null;
    }

    private Configuration with(int i, long newVersion, String newHolder) {
      var more = (BitSet) done.clone();
      more.set(i);
      return new Configuration(more, newVersion, newHolder);
    }
  }
}
