package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.logshipper.kafka.Failure.Kind;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one parcel under way: hears what became of each and tells the verdict once, when
 * the last one is known. Any thread.
 */
final class Flight {
  private final int count;
  private final Consumer<Verdict> told;
  private final BitSet answered = new BitSet(); // guarded by this
  private int open; // guarded by this; how many are not answered
  private final BitSet again = new BitSet(); // guarded by this
  private final List<Verdict.RefusedItem> refused = new ArrayList<>(); // guarded by this
  private @Nullable Failure trouble; // guarded by this; the first one that is not of a record

  /** Of so many records, none of which is known yet. */
  Flight(int count, Consumer<Verdict> told) {
    this.count = count;
    this.open = count;
    this.told = told;
  }

  /** That record is in the topic for good. */
  void taken(int place) {
    answered(place, null);
  }

  /** That record is not, or nobody knows. */
  void failed(int place, Failure failure) {
    answered(place, failure);
  }

  /** So are that one and all behind it, which were not even sent. */
  void rest(int from, Failure failure) {
    for (int place = from; place < count; place++) {
      answered(place, failure);
    }
  }

  private void answered(int place, @Nullable Failure failure) {
    Verdict verdict;
    synchronized (this) {
      // A client that throws may have called before.
      if (answered.get(place)) {
        return;
      }
      answered.set(place);
      if (failure != null) {
        note(place, failure);
      }
      open--;
      if (open > 0) {
        return;
      }
      verdict = verdict();
    }
    told.accept(verdict);
  }

  private void note(int place, Failure failure) {
    if (failure.kind() == Kind.REFUSED) {
      refused.add(new Verdict.RefusedItem(place, failure.why()));
      return;
    }
    again.set(place);
    if (trouble == null) {
      trouble = failure;
    }
  }

  private Verdict verdict() {
    Failure why = trouble;
    if (why == null && refused.isEmpty()) {
      return Verdict.Taken.ALL;
    }
    if (why != null && again.cardinality() == count) {
      return why.kind() == Kind.DENIED
          ? new Verdict.Denied(why.why())
          : new Verdict.Again(Optional.empty(), why.why());
    }
    refused.sort(Comparator.comparingInt(Verdict.RefusedItem::place));
    return new Verdict.Partly(
        again.stream().toArray(),
        Optional.empty(),
        List.copyOf(refused),
        why == null ? "" : why.why());
  }
}
