package io.containerpatterns.logshipper.splunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HecAnswerTest {
  private final HecEvents events = new HecEvents(HecSettings.DEFAULT, ScriptedStore.CLOCK);
  private ScriptedStore store;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(200, ""));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\":\"Success\",\"code\":0}", "", "ok", "{\"a\":{\"code\":9}}"})
  void aSuccessIsTaken(String body) throws Exception {
    store.says(Says.json(200, body));

    assertThat(store.verdict(events, 3)).isEqualTo(Verdict.Taken.ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "403,1", "401,2", "401,3", "403,4", "400,7", "400,10", "400,11", "400,14", "400,16", "400,21"
  })
  void whatIsWrongWithTheTokenTheIndexOrTheChannelGivesNoEventUp(int status, int code)
      throws Exception {
    store.says(said(status, code));

    assertThat(store.verdict(events, 3)).isEqualTo(new Verdict.Denied(why(status, code)));
  }

  @ParameterizedTest
  @CsvSource({"500,8", "503,9", "503,18", "503,19", "503,20"})
  void aBusyServerIsAskedAgain(int status, int code) throws Exception {
    store.says(said(status, code).with("Retry-After", "2"));

    assertThat(store.verdict(events, 3))
        .isEqualTo(new Verdict.Again(Optional.of(Duration.ofSeconds(2)), why(status, code)));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 12, 13, 15})
  void dataThatIsRefusedWithoutANameIsHalved(int code) throws Exception {
    store.says(said(400, code));

    assertThat(store.verdict(events, 3)).isEqualTo(new Verdict.Refused(why(400, code)));
  }

  @Test
  void theBadEventIsRefusedByItsNumberAndTheOthersAreSentAgain() throws Exception {
    String body =
        "{\"text\":\"Event field cannot be blank\",\"code\":13,\"invalid-event-number\":1}";
    store.says(Says.json(400, body));

    assertThat(store.verdict(events, 4))
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[] {0, 2, 3},
                Optional.empty(),
                List.of(new Verdict.RefusedItem(1, "status 400: " + body)),
                "status 400: " + body));
  }

  @Test
  void anEventThatIsRefusedAloneLeavesNoneToBeSentAgain() throws Exception {
    String body = "{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":0}";
    store.says(Says.json(400, body));

    assertThat(store.verdict(events, 1))
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[0],
                Optional.empty(),
                List.of(new Verdict.RefusedItem(0, "status 400: " + body)),
                "status 400: " + body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "3", "99999999999", "1.5", "\"1\""})
  void aNumberThatNamesNoEventNamesNone(String number) throws Exception {
    String body = "{\"text\":\"x\",\"code\":6,\"invalid-event-number\":" + number + "}";
    store.says(Says.json(400, body));

    assertThat(store.verdict(events, 3)).isEqualTo(new Verdict.Refused("status 400: " + body));
  }

  @Test
  void otherAnswersAreAsTheirStatusHasIt() throws Exception {
    store.says(Says.text(413, "large"));
    Verdict large = store.verdict(events, 3);
    store.says(Says.text(429, "slow"));
    Verdict slow = store.verdict(events, 3);
    store.says(Says.text(503, "down"));
    Verdict down = store.verdict(events, 3);
    store.says(Says.text(404, "where"));
    Verdict where = store.verdict(events, 3);

    assertThat(List.of(large, slow, down, where))
        .containsExactly(
            new Verdict.TooLarge("status 413: large"),
            new Verdict.Again(Optional.empty(), "status 429: slow"),
            new Verdict.Again(Optional.empty(), "status 503: down"),
            new Verdict.Denied("status 404: where"));
  }

  private static Says said(int status, int code) {
    return Says.json(status, "{\"text\":\"why\",\"code\":" + code + "}");
  }

  private static String why(int status, int code) {
    return "status " + status + ": {\"text\":\"why\",\"code\":" + code + "}";
  }
}
