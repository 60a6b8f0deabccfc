package io.containerpatterns.logshipper.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Verdict;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BulkAnswerTest {
  private static final String CREATED = item(201);
  private static final String THERE = failed(409, "version_conflict_engine_exception", "there");

  private final Bulk bulk = new Bulk("logs", ScriptedStore.CLOCK);
  private ScriptedStore store;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.json(200, "{}"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void whatIsCreatedOrThereAlreadyIsTaken() throws Exception {
    assertThat(verdict(CREATED, THERE, item(200))).isEqualTo(Verdict.Taken.ALL);
  }

  @Test
  void eachItemHasItsOwnVerdict() throws Exception {
    Verdict verdict =
        verdict(
            CREATED,
            failed(429, "rejected_execution_exception", "queue\\n full"),
            failed(400, "mapper_parsing_exception", "no long"),
            THERE,
            failed(503, "unavailable_shards_exception", "primary"),
            failed(413, "x", "y"));

    assertThat(verdict)
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[] {1, 4},
                Optional.empty(),
                List.of(
                    new Verdict.RefusedItem(2, "status 400: mapper_parsing_exception: no long"),
                    new Verdict.RefusedItem(5, "status 413: x: y")),
                "status 429: rejected_execution_exception: queue full"));
  }

  @ParameterizedTest
  @CsvSource({
    "429, rejected_execution_exception",
    "500, x",
    "503, unavailable_shards_exception",
    "403, cluster_block_exception",
    "302, x",
    "0, x"
  })
  void whereAllAreToBeSentAgainNothingIsTaken(int status, String type) throws Exception {
    assertThat(verdict(failed(status, type, "why"), failed(status, type, "why")))
        .isEqualTo(new Verdict.Again(Optional.empty(), "status " + status + ": " + type + ": why"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, security_exception",
    "403, security_exception",
    "404, index_not_found_exception"
  })
  void whatIsWrongWithTheIndexGivesNoItemUp(int status, String type) throws Exception {
    assertThat(verdict(failed(400, "x", "y"), failed(status, type, "why")))
        .isEqualTo(new Verdict.Denied("status " + status + ": " + type + ": why"));
  }

  @Test
  void allRefusedIsToldItemByItem() throws Exception {
    assertThat(verdict(failed(400, "a", "b")))
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[0],
                Optional.empty(),
                List.of(new Verdict.RefusedItem(0, "status 400: a: b")),
                ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void anAnswerThatDoesNotSpeakOfEveryItemTellsNothing(int items) throws Exception {
    store.says(Says.json(200, answer(Collections.nCopies(items, CREATED))));

    assertThat(store.verdict(bulk, 2))
        .isEqualTo(
            new Verdict.Again(Optional.empty(), "the answer speaks of " + items + " items of 2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>", "{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}", "[]"})
  void anAnswerThatCannotBeReadTellsNothing(String body) throws Exception {
    store.says(Says.json(200, body));

    assertThat(store.verdict(bulk, 2)).isInstanceOf(Verdict.Again.class);
  }

  @Test
  void membersThatNobodyAskedForAreSkipped() throws Exception {
    store.says(
        Says.json(
            200,
            "{\"took\":3,\"x\":{\"items\":[1]},\"items\":[{\"create\":{\"_index\":\"a\",\"_shards\":{\"total\":1},"
                + "\"status\":400,\"error\":{\"type\":\"t\",\"caused_by\":{\"type\":\"u\",\"reason\":\"v\"},\"reason\":\"r\"}}}]}"));

    assertThat(store.verdict(bulk, 1))
        .usingRecursiveComparison()
        .isEqualTo(
            new Verdict.Partly(
                new int[0],
                Optional.empty(),
                List.of(new Verdict.RefusedItem(0, "status 400: t: r")),
                ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aStoreThatCannotAnswerIsAskedAgain(int status) throws Exception {
    store.says(Says.text(status, "busy").with("Retry-After", "3"));

    assertThat(store.verdict(bulk, 2))
        .isEqualTo(
            new Verdict.Again(Optional.of(Duration.ofSeconds(3)), "status " + status + ": busy"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 403, 404, 405})
  void whatSomebodyMustSetRightIsDenied(int status) throws Exception {
    store.says(Says.text(status, "no"));

    assertThat(store.verdict(bulk, 2)).isEqualTo(new Verdict.Denied("status " + status + ": no"));
  }

  @Test
  void tooMuchIsSentInHalves() throws Exception {
    store.says(Says.text(413, ""));

    assertThat(store.verdict(bulk, 2)).isEqualTo(new Verdict.TooLarge("status 413"));
  }

  @Test
  void aBodyThatIsRefusedIsHalved() throws Exception {
    store.says(Says.text(400, "malformed action"));

    assertThat(store.verdict(bulk, 2))
        .isEqualTo(new Verdict.Refused("status 400: malformed action"));
  }

  private Verdict verdict(String... items) throws Exception {
    store.says(Says.json(200, answer(List.of(items))));
    return store.verdict(bulk, items.length);
  }

  private static String answer(List<String> items) {
    return "{\"errors\":true,\"items\":[" + String.join(",", items) + "]}";
  }

  private static String item(int status) {
    return "{\"create\":{\"status\":" + status + "}}";
  }

  private static String failed(int status, String type, String reason) {
    return "{\"create\":{\"status\":%d,\"error\":{\"type\":\"%s\",\"reason\":\"%s\"}}}"
        .formatted(status, type, reason);
  }
}
