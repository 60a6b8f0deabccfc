package io.containerpatterns.logshipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.kafka.Failure.Kind;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FlightTest {
  private static final Failure BUSY = new Failure(Kind.AGAIN, "busy");
  private static final Failure DENIED = new Failure(Kind.DENIED, "no right");
  private static final Failure LARGE = new Failure(Kind.REFUSED, "too large");

  private final List<Verdict> told = new ArrayList<>();
  private final Flight flight = new Flight(3, told::add);

  @Test
  void itIsTakenWhenTheLastRecordIsAndNotBefore() {
    flight.taken(2);
    flight.taken(0);
    assertThat(told).isEmpty();

    flight.taken(1);

    assertThat(told).containsExactly(Verdict.Taken.ALL);
  }

  @Test
  void whenNothingArrivedAllOfItIsSentAgain() {
    flight.rest(0, BUSY);

    assertThat(told).containsExactly(new Verdict.Again(Optional.empty(), "busy"));
  }

  @Test
  void whenNothingMayArriveItIsDenied() {
    flight.failed(0, DENIED);
    flight.rest(1, DENIED);

    assertThat(told).containsExactly(new Verdict.Denied("no right"));
  }

  @Test
  void whatArrivedIsNotSentAgain() {
    flight.taken(0);
    flight.rest(1, BUSY);

    assertThat(told).singleElement().isInstanceOf(Verdict.Partly.class);
    var partly = (Verdict.Partly) told.getFirst();
    assertThat(partly.again()).containsExactly(1, 2);
    assertThat(partly.refused()).isEmpty();
    assertThat(partly.why()).isEqualTo("busy");
  }

  @Test
  void aRefusedRecordIsNamedByItsPlaceWhateverBecameOfTheOthers() {
    flight.failed(2, LARGE);
    flight.failed(0, LARGE);
    flight.failed(1, BUSY);

    assertThat(told).singleElement().isInstanceOf(Verdict.Partly.class);
    var partly = (Verdict.Partly) told.getFirst();
    assertThat(partly.again()).containsExactly(1);
    assertThat(partly.refused())
        .containsExactly(
            new Verdict.RefusedItem(0, "too large"), new Verdict.RefusedItem(2, "too large"));
  }

  @Test
  void whatIsToldTwiceOfARecordCountsOnce() {
    flight.failed(0, BUSY);
    flight.taken(0);
    flight.rest(0, BUSY);
    flight.taken(1);

    assertThat(told).containsExactly(new Verdict.Again(Optional.empty(), "busy"));
  }
}
