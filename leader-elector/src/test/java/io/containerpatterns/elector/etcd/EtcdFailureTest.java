package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.etcd.EtcdFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies are what etcd 3.4.23 answered. */
final class EtcdFailureTest {
  private static final String PLACE = "http://etcd-0:2379/v3/kv/txn";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|  3 | etcdserver: request is too large                   | REFUSED",
        "403|  7 | etcdserver: permission denied                      | REFUSED",
        "400|  3 | etcdserver: too many operations in txn request     | REFUSED",
        "429|  8 | etcdserver: too many requests                      | REFUSED",
        "400| 11 | etcdserver: mvcc: required revision has been compacted | REFUSED",
        "401| 16 | etcdserver: invalid auth token                     | TOKEN_REFUSED",
        "400|  3 | etcdserver: user name is empty                     | TOKEN_REFUSED",
        "400|  3 | etcdserver: revision of auth store is old          | TOKEN_REFUSED",
        "412|  9 | etcdserver: authentication is not enabled          | NOBODY_ASKS",
        "429|  8 | etcdserver: mvcc: database space exceeded          | UNKNOWN",
        "503| 14 | etcdserver: request timed out                      | UNKNOWN",
        "503| 14 | etcdserver: no leader                              | UNKNOWN",
        "503| 14 | etcdserver: leader changed                         | UNKNOWN",
        "504|  4 | context deadline exceeded                          | UNKNOWN",
        "500| 13 | something inside                                   | UNKNOWN",
      })
  void onlyWhatWasNeverProposedCountsAsNotDone(int status, int code, String message, Kind kind) {
    byte[] body =
        ("{\"error\":\"" + message + "\",\"message\":\"" + message + "\",\"code\":" + code + "}")
            .getBytes(UTF_8);

    assertThat(EtcdFailure.of(PLACE, status, body).kind()).isEqualTo(kind);
  }

  @Test
  void aRefusalSaysWhatWasExpected() {
    byte[] body =
        "{\"error\":\"etcdserver: permission denied\",\"message\":\"etcdserver: permission denied\",\"code\":7}"
            .getBytes(UTF_8);

    assertThat(EtcdFailure.of(PLACE, 403, body))
        .hasMessage(
            "http://etcd-0:2379/v3/kv/txn: \"etcdserver: permission denied\" (expected: a user with"
                + " the right readwrite on every key under ELECTOR_ETCD_PREFIX)");
  }

  @Test
  void aServerThatIsNotEtcdIsToldByItsStatus() {
    assertThat(EtcdFailure.of(PLACE, 404, "Not Found\n".getBytes(UTF_8)))
        .hasMessage(
            "http://etcd-0:2379/v3/kv/txn: \"status 404\" (expected: an answer of etcd 3.4 or"
                + " newer, with its JSON gateway not switched off)")
        .extracting(EtcdFailure::kind)
        .isEqualTo(Kind.REFUSED);
    assertThat(EtcdFailure.of(PLACE, 502, "<html>".getBytes(UTF_8)).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void aLongMessageIsCut() {
    byte[] body = ("{\"message\":\"" + "x".repeat(5_000) + "\",\"code\":14}").getBytes(UTF_8);

    assertThat(EtcdFailure.of(PLACE, 503, body))
        .hasMessage(PLACE + ": \"" + "x".repeat(200) + "...\"");
  }

  @Test
  void theReasonOfAWatchThatWasCanceledIsUnderstood() {
    var failure =
        EtcdFailure.ofReason(
            PLACE, "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");

    assertThat(failure.kind()).isEqualTo(Kind.TOKEN_REFUSED);
    assertThat(failure).hasMessage(PLACE + ": \"etcdserver: invalid auth token\"");
  }
}
