package io.containerpatterns.logshipper.loki;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PushAnswerTest {
  private final ProtobufPush push = new ProtobufPush(PushSettings.DEFAULT, ScriptedStore.CLOCK);
  private ScriptedStore store;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(204, ""));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204})
  void theTwoAnswersOfSuccessAreTaken(int status) throws Exception {
    store.says(Says.text(status, ""));

    assertThat(store.verdict(push, 2)).isEqualTo(Verdict.Taken.ALL);
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 260})
  void aBlockedTenantAndAnyOtherSuccessIsSentAgain(int status) throws Exception {
    store.says(Says.text(status, "ingestion blocked for user a"));

    assertThat(store.verdict(push, 2))
        .isEqualTo(
            new Verdict.Again(
                Optional.empty(), "status " + status + ": ingestion blocked for user a"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void whatPassesIsSentAgain(int status) throws Exception {
    store.says(Says.text(status, "Ingestion rate limit exceeded").with("Retry-After", "7"));

    assertThat(store.verdict(push, 2))
        .isEqualTo(
            new Verdict.Again(
                Optional.of(Duration.ofSeconds(7)),
                "status " + status + ": Ingestion rate limit exceeded"));
  }

  @Test
  void tooMuchIsSentInHalves() throws Exception {
    store.says(Says.text(413, "request body too large"));

    assertThat(store.verdict(push, 2))
        .isEqualTo(new Verdict.TooLarge("status 413: request body too large"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 501})
  void whatSomebodyMustSetRightIsDenied(int status) throws Exception {
    store.says(Says.text(status, "no org id"));

    assertThat(store.verdict(push, 2))
        .isEqualTo(new Verdict.Denied("status " + status + ": no org id"));
  }

  @Test
  void aLineThatIsTooLongIsSearchedFor() throws Exception {
    String said =
        "Max entry size '262144' bytes exceeded for stream '{a=\"b\"}' while adding an entry with"
            + " length '300000' bytes";
    store.says(Says.text(400, said));

    assertThat(store.verdict(push, 2)).isEqualTo(new Verdict.Refused("status 400: " + said));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stream '{a=\"b\"}' includes structured metadata, but this feature is disallowed. Please"
            + " see",
        "entry for stream '{a=\"b\"}' has 16 label names; limit 15",
        "stream '{a=\"b\"}' has label value too long: 'x'",
        "error at least one label pair is required per stream",
        "Error parsing labels '{' with error: x"
      })
  void whatIsWrongWithEveryLineOfAFileGivesNoLineUp(String said) throws Exception {
    store.says(Says.text(400, said));

    assertThat(store.verdict(push, 2)).isEqualTo(new Verdict.Denied("status 400: " + said));
  }

  @Test
  void linesOlderThanLokiTakesAreRefusedAtOnceAndTheOthersSentAgain() throws Exception {
    String said =
        "entry for stream '{a=\"b\"}' has timestamp too old: 2026-11-01T00:00:00Z, "
            + "oldest acceptable timestamp is: 2026-11-18T13:30:00Z";
    store.says(Says.text(400, said));

    Verdict verdict =
        verdict("2026-11-01T00:00:00Z", "2026-11-25T13:29:12Z", "2026-11-18T13:29:58Z");

    assertThat(verdict)
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[] {1},
                Optional.empty(),
                List.of(
                    new Verdict.RefusedItem(0, "status 400: " + said),
                    new Verdict.RefusedItem(2, "status 400: " + said)),
                "status 400: " + said));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "entry too far behind, entry timestamp is: 2026-11-01T00:00:00Z, oldest acceptable"
            + " timestamp is: 2026-11-18T13:30:00Z",
        "entry for stream '{}' has timestamp too old: x, oldest acceptable timestamp is:"
            + " 2026-99-18T13:30:00Z",
        "entry for stream '{}' has timestamp too old: x, oldest acceptable timestamp is:"
            + " 2025-11-18T13:30:00Z"
      })
  void whereTheAgeDoesNotTellWhichTheyAreSearchedFor(String said) throws Exception {
    store.says(Says.text(400, said));

    assertThat(verdict("2026-11-01T00:00:00Z", "2026-11-25T13:29:12Z"))
        .isEqualTo(new Verdict.Refused("status 400: " + said));
  }

  private Verdict verdict(String... times) throws Exception {
    try (HttpOutput output = store.output(push)) {
      var event = new EventOf(new Origin("/logs/app.log", List.of(), 1));
      var batch = new Batch(100);
      for (int i = 0; i < times.length; i++) {
        batch.add(event.text("line " + i, i).at(times[i]).get(), output);
      }
      return ScriptedStore.verdict(output, Parcel.of(batch));
    }
  }
}
