package io.containerpatterns.logshipper.output;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of a parcel. The rules that follow from it are {@code ship}'s. */
public sealed interface Verdict {
  /** The store has every item for good. */
  record Taken() implements Verdict {
    /** The only one that is needed. */
    public static final Taken ALL = new Taken();
  }

  /**
   * The store cannot take it now, or did not answer: the very same again, for ever.
   *
   * @param after how long the store asks us to wait, if it does
   * @param why for people, such as {@code 503 Service Unavailable}
   */
  record Again(Optional<Duration> after, String why) implements Verdict {}

  /**
   * The store takes nothing from us before somebody changes a setting, a password, a right: kept
   * and tried again now and then, and told as a fault of the configuration.
   *
   * @param why for people, such as {@code 401 Unauthorized}
   */
  record Denied(String why) implements Verdict {}

  /**
   * It is too much at once. Halves are sent; an item that is too large by itself is refused.
   *
   * @param why for people, such as {@code 413 Content Too Large}
   */
  record TooLarge(String why) implements Verdict {}

  /**
   * The store refuses what it was given, and would again. Of several items it is found out which.
   *
   * @param why for people, with what the store says about it
   */
  record Refused(String why) implements Verdict {}

  /**
   * Item by item: those that are not named here are taken.
   *
   * @param again places in the parcel of those to be sent again, ascending
   * @param after how long to wait with them, if the store says so
   * @param refused those that the store would refuse again
   * @param why for people: why some are to be sent again
   */
  record Partly(int[] again, Optional<Duration> after, List<RefusedItem> refused, String why)
      implements Verdict {}

  /**
   * One item that the store would refuse again.
   *
   * @param place in the parcel, from 0
   * @param why what the store says about it
   */
  record RefusedItem(int place, String why) {}
}
