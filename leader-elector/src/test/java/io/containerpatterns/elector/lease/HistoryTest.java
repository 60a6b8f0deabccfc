package io.containerpatterns.elector.lease;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.elector.lease.History.Call;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge is judged first. */
final class HistoryTest {
  private final History history = new History();

  @Test
  void whatHappensInTurnIsAccepted() {
    swap(0, "a", 7, 1, 2);
    read(7, "a", 3, 4);
    swap(7, "b", 8, 5, 6);
    swap(7, "c", Call.CONFLICT, 7, 8);

    accepted();
  }

  @Test
  void aReadDuringAWriteMayFindItOrNot() {
    swap(0, "a", 7, 1, 9);
    read(0, "", 2, 3);
    read(7, "a", 4, 5);

    accepted();
  }

  @Test
  void anOldRecordReadAfterANewerWasReadIsRefused() {
    swap(0, "a", 7, 1, 9);
    read(7, "a", 2, 3);
    read(0, "", 4, 5);

    refused();
  }

  @Test
  void aReadThatMissesAnAnsweredWriteIsRefused() {
    swap(0, "a", 7, 1, 2);
    read(0, "", 3, 4);

    refused();
  }

  @Test
  void twoWinnersOfOneExpectationAreRefused() {
    swap(0, "a", 7, 1, 4);
    swap(0, "b", 8, 2, 5);

    refused();
  }

  @Test
  void twoWinnersOfOneVersionAreRefused() {
    swap(0, "a", 7, 1, 4);
    read(7, "b", 5, 6);

    refused();
  }

  @Test
  void aConflictOfAWriteThatWasSeenIsRefused() {
    swap(0, "a", Call.CONFLICT, 1, 2);
    read(7, "a", 3, 4);

    refused();
  }

  @Test
  void aConflictWhereTheExpectedVersionStoodAllTheTimeIsRefused() {
    swap(0, "a", 7, 1, 2);
    swap(7, "b", Call.CONFLICT, 3, 4);

    refused();
  }

  @Test
  void anUnknownWriteMayHappenLateOrNever() {
    swap(0, "a", 7, 1, 2);
    swap(7, "b", Call.UNKNOWN, 3, 4);
    read(7, "a", 5, 6);
    accepted();

    read(8, "b", 7, 8);
    accepted();
  }

  @Test
  void anUnknownWriteDoesNotHappenAfterAnother() {
    swap(0, "a", 7, 1, 2);
    swap(7, "b", Call.UNKNOWN, 3, 4);
    swap(7, "c", 8, 5, 6);
    read(9, "b", 7, 8);

    refused();
  }

  private void swap(long expected, String holder, long outcome, long from, long to) {
    history.add(Call.swap("p", expected, holder, outcome, from, to));
  }

  private void read(long version, String holder, long from, long to) {
    var lease = new Lease(holder, "", 10_000, 0, 0, null, Map.of());
    var found = version == 0 ? Stored.ABSENT : new Stored(version, lease);
    history.add(Call.read("p", found, from, to));
  }

  private void accepted() {
    assertThatCode(history::assertLinearizable).doesNotThrowAnyException();
  }

  private void refused() {
    assertThatThrownBy(history::assertLinearizable).isInstanceOf(AssertionError.class);
  }
}
