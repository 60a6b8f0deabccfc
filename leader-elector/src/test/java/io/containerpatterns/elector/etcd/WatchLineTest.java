package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.elector.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines are what etcd 3.4.23 sent. */
final class WatchLineTest {
  private static final String HEADER =
      "\"header\":{\"cluster_id\":\"32\",\"member_id\":\"33\",\"revision\":\"9\",\"raft_term\":\"2\"}";

  @Test
  void aWatchBeginsAtARevision() throws IOException {
    assertThat(parse("{\"result\":{" + HEADER + ",\"created\":true}}"))
        .isInstanceOfSatisfying(
            WatchLine.Created.class, created -> assertThat(created.revision()).isEqualTo(9));
  }

  @Test
  void changesEndAtTheLastOfThemHoweverFarTheClusterIs() throws IOException {
    var line =
        parse(
            "{\"result\":{"
                + HEADER
                + ",\"events\":[{\"kv\":{\"key\":\"L2NwL3o=\",\"create_revision\":\"4\","
                + "\"mod_revision\":\"4\",\"version\":\"1\",\"value\":\"dg==\"}},"
                + "{\"type\":\"DELETE\",\"kv\":{\"key\":\"L2NwL3o=\",\"mod_revision\":\"5\"}}]}}");

    assertThat(line)
        .isInstanceOfSatisfying(
            WatchLine.Changes.class,
            changes -> {
              assertThat(changes.revision()).isEqualTo(5);
              assertThat(changes.changes()).hasSize(2);
              assertThat(changes.changes().get(0).key()).isEqualTo("/cp/z");
              assertThat(changes.changes().get(0).found().version()).isEqualTo(4);
              assertThat(changes.changes().get(0).found().value()).isEqualTo("v".getBytes(UTF_8));
              assertThat(changes.changes().get(1).found().version()).isZero();
              assertThat(changes.changes().get(1).found().value()).isNull();
            });
  }

  @Test
  void aSignOfLifeTellsHowFarNothingHappened() throws IOException {
    assertThat(parse("{\"result\":{" + HEADER + "}}"))
        .isEqualTo(new WatchLine.Changes(9, List.of()));
  }

  @Test
  void whatIsCompactedIsGone() throws IOException {
    assertThat(parse("{\"result\":{" + HEADER + ",\"canceled\":true,\"compact_revision\":\"5\"}}"))
        .isEqualTo(new WatchLine.Compacted());
  }

  @Test
  void aWatchThatIsRefusedSaysWhy() throws IOException {
    var line =
        parse(
            "{\"result\":{"
                + HEADER
                + ",\"watch_id\":\"-1\",\"created\":true,\"canceled\":true,\"cancel_reason\":\"rpc"
                + " error: code = PermissionDenied desc = etcdserver: permission denied\"}}");

    assertThat(line)
        .isInstanceOfSatisfying(
            WatchLine.Ended.class, end -> assertThat(end.why().kind()).isEqualTo(Kind.REFUSED));
  }

  @Test
  void anErrorEndsAWatch() throws IOException {
    var line =
        parse(
            "{\"error\":{\"grpc_code\":14,\"http_code\":503,\"message\":\"etcdserver: no leader\","
                + "\"http_status\":\"Service Unavailable\"}}");

    assertThat(line)
        .isInstanceOfSatisfying(
            WatchLine.Ended.class,
            end ->
                assertThat(end.why())
                    .hasMessage(
                        "http://a:1/v3/watch: \"etcdserver: no leader\" (expected: a cluster whose"
                            + " majority answers)"));
  }

  @Test
  void whatIsNotJsonFailsTheStream() {
    assertThatThrownBy(() -> parse("{\"result\":")).isInstanceOf(IOException.class);
  }

  private static WatchLine parse(String line) throws IOException {
    return WatchLine.parse("http://a:1/v3/watch", line.getBytes(UTF_8));
  }
}
