package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.AnswerReceiver;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call to the member whose turn it is, and what its answer means. Nothing is sent a second time
 * from here: after a write without an answer nobody knows whether it was applied, and the same
 * compare-and-set again would meet its own trace and call it a conflict. Loop only.
 *
 * <p>Each call asks the member to refuse at once while it knows no leader ({@code hasleader}, etcd
 * api/v3rpc/rpctypes/md.go); otherwise a member that is cut off would keep it waiting, and a watch
 * there would be silent for ever.
 */
final class Gateway {
  static final String UPSTREAM = "etcd";

  private static final String REQUIRE_LEADER = "Grpc-Metadata-hasleader";

  private final HttpClient client;
  private final Members members;
  private final Lineage lineage;
  private final Duration within;

  /**
   * @param within the limit of time of each call
   */
  Gateway(HttpClient client, Members members, Lineage lineage, Duration within) {
    this.client = client;
    this.members = members;
    this.lineage = lineage;
    this.within = within;
  }

  /** Asks; fails with an {@link EtcdFailure} only. */
  CompletableFuture<JsonNode> ask(
      String path, byte[] body, Optional<Secret> token, int answerBytesMax) {
    return ask(path, body, token, answerBytesMax, within);
  }

  /** Asks with another limit of time. */
  CompletableFuture<JsonNode> ask(
      String path, byte[] body, Optional<Secret> token, int answerBytesMax, Duration limit) {
    URI member = members.current();
    long known = lineage.revision();
    var result = new CompletableFuture<JsonNode>();
    client
        .send(call(member, path, body, token, limit).answerUpTo(answerBytesMax))
        .whenComplete((answer, failure) -> {
          try {
            result.complete(understood(member, path, answer, failure, known));
          } catch (EtcdFailure e) {
            if (e.kind() == EtcdFailure.Kind.UNKNOWN) {
              members.failed(member);
            }
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Asks for an answer without end, from this member. */
  CompletableFuture<Void> stream(
      URI member,
      String path,
      byte[] body,
      Optional<Secret> token,
      Duration idle,
      AnswerReceiver receiver) {
    return client.stream(call(member, path, body, token, within), idle, receiver);
  }

  private static Call call(
      URI member, String path, byte[] body, Optional<Secret> token, Duration limit) {
    Call call =
        Call.post(UPSTREAM, URI.create(member + path), body, limit).header(REQUIRE_LEADER, "true");
    return token.isEmpty() ? call : call.header("Authorization", token.get().reveal());
  }

  private JsonNode understood(
      URI member, String path, @Nullable Answer answer, @Nullable Throwable failure, long known) {
    if (answer == null) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN,
          failure == null ? member + path + ": no answer" : String.valueOf(failure.getMessage()),
          failure);
    }
    if (!answer.isSuccess()) {
      throw EtcdFailure.of(member + path, answer.status(), answer.body());
    }
    try {
      JsonNode said = Json.parse(answer.body());
      lineage.check(member, said, known);
      return said;
    } catch (Refusal notJson) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN,
          member + path + ": \"" + notJson.getMessage() + "\" (expected: an answer of etcd)",
          notJson);
    }
  }
}
