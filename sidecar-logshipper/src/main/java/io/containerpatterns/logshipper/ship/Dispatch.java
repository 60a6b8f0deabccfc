package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends shipments and does what the verdicts say.
 *
 * <pre>
 *   waiting --send--> under way -- taken -----------> done with
 *      ^                  |------- again, denied ---> waiting, nothing is sent for a while
 *      |                  |------- too large -------> two halves; one item alone is a dead letter
 *      |                  |------- refused ---------> two halves; one item alone is a dead letter
 *      '------------------'------- partly ----------> some wait, some are dead letters, some are done with
 * </pre>
 *
 * Nothing is ever given up for an answer about the store, a request or a time limit: only an item
 * that was refused by itself becomes a dead letter, and where that cannot be kept nothing more is
 * sent. After a pause one parcel is sent alone; when it is taken the others follow. Confined to the
 * output's thread, but for {@link #health}.
 */
final class Dispatch {
  private static final Log log = Log.of(Dispatch.class);
  private static final Duration REFUSALS_TOLD_EVERY = Duration.ofMinutes(1);

  private final String name;
  private final Output output;
  private final Terms terms;
  private final DeadLetters deadLetters;
  private final ShipperCounts counts;
  private final Ticker ticker;
  private final Backoff backoff;
  private final Repeats refusals; // a store may refuse thousands in a row
  private final Consumer<Runnable> loop;
  private final Consumer<Shipment> done;
  private final List<Waiting> waiting = new ArrayList<>(); // in the order of shipments and items
  private int underWay;
  private boolean alone; // after a pause, until something is taken
  private long pausedUntil;
  private boolean paused;
  private volatile Health health = Health.UP;
  private @Nullable String told; // the last trouble that was logged

  /**
   * A parcel that is to be sent, or, when {@code refused} says why, to be kept as a dead letter.
   *
   * @param refused null when it is to be sent
   */
  private record Waiting(Shipment shipment, Parcel parcel, @Nullable String refused) {
    boolean isBefore(Waiting other) {
      return shipment.number() != other.shipment.number()
          ? shipment.number() < other.shipment.number()
          : parcel.item(0) < other.parcel.item(0);
    }
  }

  /**
   * @param loop runs something on the output's thread, from any other
   * @param done told of each shipment of which every item is done with
   */
  Dispatch(
      String name,
      Output output,
      Terms terms,
      DeadLetters deadLetters,
      ShipperCounts counts,
      Ticker ticker,
      RandomGenerator random,
      Consumer<Runnable> loop,
      Consumer<Shipment> done) {
    this.name = name;
    this.output = output;
    this.terms = terms;
    this.deadLetters = deadLetters;
    this.counts = counts;
    this.ticker = ticker;
    this.backoff = new Backoff(terms.retryMin(), terms.retryMax(), random, ticker);
    this.refusals = new Repeats(log, ticker, REFUSALS_TOLD_EVERY);
    this.loop = loop;
    this.done = done;
  }

  /** Takes a sealed shipment over. */
  void take(Shipment shipment) {
    shipment.opened(1);
    if (shipment.batch().count() == 0) {
      close(shipment); // Filters left nothing of it.
    } else {
      insert(new Waiting(shipment, Parcel.of(shipment.batch()), null));
    }
  }

  /** How it stands with the store. Any thread. */
  Health health() {
    return health;
  }

  /** Sends what may be sent now. */
  void send(long now) {
    if (paused && now - pausedUntil < 0) {
      return;
    }
    paused = false;
    int at = 0;
    while (at < waiting.size() && !paused && !(alone && underWay > 0)) {
      Waiting next = waiting.get(at);
      if (next.refused() != null) {
        waiting.remove(at);
        bury(next.shipment(), next.parcel(), next.refused());
      } else if (maySend(next.shipment())) {
        waiting.remove(at);
        send(next, now);
      } else {
        at++;
      }
    }
  }

  private boolean maySend(Shipment shipment) {
    return terms.order() == Terms.Order.NONE || (shipment.isFirst() && !shipment.isUnderWay());
  }

  private void send(Waiting next, long now) {
    underWay++;
    next.shipment().sent();
    output.send(
        next.parcel(),
        verdict ->
            loop.accept(() -> {
              underWay--;
              next.shipment().answered();
              counts.answered(ticker.nanos() - now);
              hear(next.shipment(), next.parcel(), verdict);
            }));
  }

  /** When the pause ends, in the ticker's nanoseconds, if something waits for that. */
  long nextSend(long otherwise) {
    return paused && !waiting.isEmpty() ? pausedUntil : otherwise;
  }

  private void hear(Shipment shipment, Parcel parcel, Verdict verdict) {
    switch (verdict) {
      case Verdict.Taken taken -> {
        counts.taken(parcel.count());
        works();
        close(shipment);
      }
      case Verdict.Again(Optional<Duration> after, String why) -> {
        again(shipment, parcel);
        pause(after, why, "the same is sent again after the pause");
      }
      case Verdict.Denied(String why) -> {
        again(shipment, parcel);
        pause(
            Optional.of(terms.denied()),
            why,
            "nothing is given up; correct the address, the credentials or the store");
      }
      case Verdict.TooLarge(String why) -> divide(shipment, parcel, why);
      case Verdict.Refused(String why) -> {
        works();
        divide(shipment, parcel, why);
      }
      case Verdict.Partly partly -> partly(shipment, parcel, partly);
    }
  }

  private void again(Shipment shipment, Parcel parcel) {
    counts.again(parcel.count());
    insert(new Waiting(shipment, parcel, null));
  }

  private void divide(Shipment shipment, Parcel parcel, String why) {
    if (parcel.count() == 1) {
      bury(shipment, parcel, why);
      return;
    }
    int half = parcel.count() / 2;
    shipment.opened(1);
    insert(new Waiting(shipment, parcel.part(0, half), null));
    insert(new Waiting(shipment, parcel.part(half, parcel.count()), null));
    log.debug("parcel divided", "output", name, "items", parcel.count(), "why", why);
  }

  private void partly(Shipment shipment, Parcel parcel, Verdict.Partly partly) {
    int again = partly.again().length;
    counts.taken(parcel.count() - again - partly.refused().size());
    shipment.opened(partly.refused().size() + (again > 0 ? 1 : 0));
    if (again > 0) {
      again(shipment, parcel.pick(partly.again()));
      pause(partly.after(), partly.why(), "those items are sent again after the pause");
    } else {
      works();
    }
    for (Verdict.RefusedItem item : partly.refused()) {
      bury(shipment, parcel.part(item.place(), item.place() + 1), item.why());
    }
    close(shipment);
  }

  /** Keeps the one item of {@code parcel} as a dead letter. */
  private void bury(Shipment shipment, Parcel parcel, String why) {
    try {
      deadLetters.keep(parcel.batch(), parcel.item(0), why);
    } catch (IOException e) {
      insert(new Waiting(shipment, parcel, why));
      pause(
          Optional.of(terms.denied()),
          "a dead letter cannot be kept: " + e.getMessage(),
          "nothing is dropped; this output stands still until it can be kept");
      return;
    }
    counts.deadLettered(1);
    refusals.warn(
        "event refused by the store and kept as a dead letter",
        "output",
        name,
        "file",
        parcel.batch().origin(parcel.item(0)),
        "offset",
        parcel.batch().offset(parcel.item(0)),
        "why",
        why);
    close(shipment);
  }

  private void close(Shipment shipment) {
    if (shipment.closed()) {
      done.accept(shipment);
    }
  }

  private void insert(Waiting one) {
    int at = waiting.size();
    while (at > 0 && one.isBefore(waiting.get(at - 1))) {
      at--;
    }
    waiting.add(at, one);
  }

  private void works() {
    backoff.succeeded();
    alone = false;
    if (told != null && !paused) {
      told = null;
      health = Health.UP;
      log.info("the store takes events again", "output", name);
    }
  }

  /**
   * @param asked how long the store or the case wants; the back-off when nobody says
   */
  private void pause(Optional<Duration> asked, String why, String action) {
    // What was under way together fails together; that is one failure.
    Duration time = asked.orElseGet(() -> paused ? Duration.ZERO : backoff.failed());
    long until = ticker.nanos() + time.toNanos();
    pausedUntil = paused ? Math.max(pausedUntil, until) : until;
    paused = true;
    alone = true;
    health = new Health.Degraded(name + " does not take events: " + why);
    if (!why.equals(told)) {
      told = why;
      log.warn(
          "the store does not take events",
          "output",
          name,
          "why",
          why,
          "pause",
          time,
          "action",
          action);
    }
  }
}
