package io.containerpatterns.logshipper.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Verdict;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExportRulesTest {
  private static final String LOST =
      "the store rejected 1 of these 2 records without saying which: too old";

  private final ProtobufLogs logs = new ProtobufLogs(new ExportRules(true, ScriptedStore.CLOCK));
  private ScriptedStore store;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(200, ""));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void anAnswerThatRejectsNothingIsTaken() throws Exception {
    store.says(protobuf(200, ExportLogsServiceResponse.getDefaultInstance().toByteArray()));
    Verdict empty = store.verdict(logs, 2);
    store.says(protobuf(200, partial(0, "a warning")));
    Verdict warned = store.verdict(logs, 2);
    store.says(Says.json(200, "{\"partialSuccess\":{}}"));
    Verdict json = store.verdict(logs, 2);

    assertThat(List.of(empty, warned, json)).containsOnly(Verdict.Taken.ALL);
  }

  @Test
  void recordsThatAreRejectedWithoutANameAreNotSentAgainAndAllOfThemAreKept() throws Exception {
    store.says(protobuf(200, partial(1, "too\nold")));

    assertThat(store.verdict(logs, 2)).usingRecursiveComparison().isEqualTo(lost());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\":[1],\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"too"
            + " old\"}}",
        "{\"partial_success\":{\"rejected_log_records\":1,\"y\":{},\"error_message\":\"too old\"}}"
      })
  void theSameIsUnderstoodInJson(String body) throws Exception {
    store.says(Says.json(200, body));

    assertThat(store.verdict(logs, 2)).usingRecursiveComparison().isEqualTo(lost());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void whatPassesIsSentAgainWhenTheStoreSays(int status) throws Exception {
    store.says(
        new Says(
            status,
            Map.of("Content-Type", "application/x-protobuf", "Retry-After", "30"),
            status("busy")));

    assertThat(store.verdict(logs, 2))
        .isEqualTo(
            new Verdict.Again(Optional.of(Duration.ofSeconds(30)), "status " + status + ": busy"));
  }

  @Test
  void aStatusOf500IsFinalWhereTheSpecificationIsToBeFollowed() throws Exception {
    store.says(Says.text(500, "no"));
    var strict = new ProtobufLogs(new ExportRules(false, ScriptedStore.CLOCK));

    assertThat(store.verdict(strict, 2)).isEqualTo(new Verdict.Refused("status 500: no"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void aBodyThatIsRefusedIsHalved(int status) throws Exception {
    store.says(protobuf(status, status("bad data")));

    assertThat(store.verdict(logs, 2))
        .isEqualTo(new Verdict.Refused("status " + status + ": bad data"));
  }

  @Test
  void tooMuchIsSentInHalves() throws Exception {
    store.says(Says.text(413, "large"));

    assertThat(store.verdict(logs, 2)).isEqualTo(new Verdict.TooLarge("status 413: large"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 415, 501, 505})
  void whatSomebodyMustSetRightIsDenied(int status) throws Exception {
    store.says(Says.text(status, "no"));

    assertThat(store.verdict(logs, 2)).isEqualTo(new Verdict.Denied("status " + status + ": no"));
  }

  @Test
  void noAnswerMakesItFail() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] good = partial(1, "too old");
    for (int round = 0; round < 300; round++) {
      byte[] body = good.clone();
      for (int i = random.nextInt(4); i > 0; i--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      String type = random.nextBoolean() ? "application/x-protobuf" : "application/json";
      store.says(
          new Says(
              200,
              Map.of("Content-Type", type),
              Arrays.copyOf(body, random.nextInt(body.length + 1))));

      assertThat(store.verdict(logs, 1))
          .as("seed %d", seed)
          .isInstanceOfAny(Verdict.Taken.class, Verdict.Partly.class);
    }
  }

  private static Verdict lost() {
    return new Verdict.Partly(
        new int[0],
        Optional.empty(),
        List.of(new Verdict.RefusedItem(0, LOST), new Verdict.RefusedItem(1, LOST)),
        "");
  }

  private static byte[] partial(long rejected, String message) {
    return ExportLogsServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportLogsPartialSuccess.newBuilder()
                .setRejectedLogRecords(rejected)
                .setErrorMessage(message))
        .build()
        .toByteArray();
  }

  /** A google.rpc.Status: 1 code, 2 message. */
  private static byte[] status(String message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    out.writeInt32(1, 14);
    out.writeString(2, message);
    out.flush();
    return bytes.toByteArray();
  }

  private static Says protobuf(int status, byte[] body) {
    return new Says(status, Map.of("Content-Type", "application/x-protobuf"), body);
  }
}
