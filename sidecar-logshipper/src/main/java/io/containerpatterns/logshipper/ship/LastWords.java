package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says at the very end, to an output that is always there, what some store has not acknowledged:
 * with the pod its volume may go, and standard output is kept by the node. Read and filtered like
 * everything else. A copy, not a delivery: the checkpoint does not move, so a next start sends it.
 */
final class LastWords {
  private static final Log log = Log.of(LastWords.class);

  private final Shipper shipper;
  private final Limited limited;

  /**
   * @param bytesMax how much is said, to one batch more
   */
  LastWords(
      Shipping.Destination to,
      long bytesMax,
      Terms terms,
      DeadLetters deadLetters,
      Shipper.Surroundings around) {
    this.limited = new Limited(to.output(), bytesMax);
    this.shipper =
        new Shipper(to.id(), limited, terms, to.maker(), deadLetters, to.counts(), around);
  }

  /** Says it, of all files from where the slowest of {@code shippers} has got to. */
  void say(Collection<Followed> files, List<Shipper> shippers) {
    for (Followed file : files) {
      Anchor from = slowest(file, shippers);
      if (from.offset() < file.size()) {
        shipper.follow(file.file(), file.origin(), Trail.NONE.and(from));
      }
    }
    shipper.hurry(true, true);
    while (!limited.isFull() && (shipper.turn() == 0 || !shipper.unheard().isEmpty())) {
      // Until everything is said; this output takes what it is given at once.
    }
    log.warn(
        "what was not acknowledged was written to standard output",
        "bytes",
        limited.bytes(),
        "all",
        files.stream().allMatch(this::isSaid));
  }

  /** A throttle, or a file that cannot be read, ends it as well as the limit does. */
  private boolean isSaid(Followed file) {
    Cursor cursor = shipper.cursor(file.file());
    return cursor == null || cursor.acknowledged().offset() >= file.size();
  }

  private static Anchor slowest(Followed file, List<Shipper> shippers) {
    Anchor slowest = null;
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      Anchor reached = cursor == null ? Anchor.BEGINNING : cursor.acknowledged();
      slowest = slowest == null || reached.offset() < slowest.offset() ? reached : slowest;
    }
    return slowest == null ? Anchor.BEGINNING : slowest;
  }

  /** An output that is full one day. */
  private static final class Limited implements Output {
    private final Output to;
    private final long bytesMax;
    private long bytes;
    private boolean full;

    Limited(Output to, long bytesMax) {
      this.to = to;
      this.bytesMax = bytesMax;
    }

    long bytes() {
      return bytes;
    }

    boolean isFull() {
      return full;
    }

    @Override
    public void encode(Event event, Sink sink) {
      to.encode(event, sink);
    }

    @Override
    public void send(Parcel parcel, Consumer<Verdict> verdict) {
      if (bytes + parcel.bytes() > bytesMax) {
        full = true;
        verdict.accept(new Verdict.Again(Optional.empty(), "enough was said"));
        return;
      }
      bytes += parcel.bytes();
      to.send(parcel, verdict);
    }

    @Override
    public void close() {
      to.close();
    }
  }
}
