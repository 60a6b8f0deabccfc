package io.containerpatterns.elector.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the API server did not do, in a sentence for the operator. */
final class KubernetesFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN_MAX = 300;
  private static final int FORBIDDEN = 403;

  private final boolean forbidden;

  KubernetesFailure(String sentence) {
    this(sentence, null);
  }

  KubernetesFailure(String sentence, @Nullable Throwable cause) {
    this(sentence, cause, false);
  }

  private KubernetesFailure(String sentence, @Nullable Throwable cause, boolean forbidden) {
    super(sentence, cause);
    this.forbidden = forbidden;
  }

  /** Without a stack: there may be a thousand at once, and they are all of one place. */
  private KubernetesFailure(String sentence, boolean forbidden) {
    super(sentence, null, false, false);
    this.forbidden = forbidden;
  }

  /** A call while the server wants none. */
  static KubernetesFailure quiet() {
    return new KubernetesFailure(
        "the API server asked us to wait (429), nothing is asked until", false);
  }

  /** A call for which there was no connection in time. */
  static KubernetesFailure notSent(Duration waited) {
    return new KubernetesFailure(
        "earlier calls to the API server took longer than "
            + waited.toMillis()
            + " ms, this one was not sent",
        false);
  }

  /** Whether a right is missing. */
  boolean isForbidden() {
    return forbidden;
  }

  /**
   * An answer that is neither success nor conflict.
   *
   * @param what what was asked, such as {@code update of leases "orders" in namespace "shop"}
   */
  static KubernetesFailure of(String what, Answer answer) {
    JsonNode status = statusOf(answer.body());
    return of(what, answer.status(), status == null ? "" : status.path("message").asText(""));
  }

  /** As above, where only the head of the answer is known. */
  static KubernetesFailure of(String what, int status, String message) {
    String said = message.length() <= SHOWN_MAX ? message : message.substring(0, SHOWN_MAX) + "...";
    String because = said.isEmpty() ? "" : ": " + said;
    return new KubernetesFailure(
        switch (status) {
          case ApiCalls.UNAUTHORIZED ->
              what
                  + " is refused with 401 (expected: a token that the server knows);"
                  + " look at ELECTOR_KUBERNETES_TOKEN_FILE";
          case FORBIDDEN ->
              what
                  + " is forbidden (expected: a Role that allows this verb, bound to the service"
                  + " account); apply the Role and RoleBinding of"
                  + " examples/leader-election/kubernetes-lease.yaml"
                  + because;
          case ApiCalls.TOO_MANY_REQUESTS -> what + " was not done, the server is busy (429)";
          default -> what + " was answered with " + status + because;
        },
        null,
        status == FORBIDDEN);
  }

  /** The object {@code Status} in a body; null when it is something else. */
  static @Nullable JsonNode statusOf(byte[] body) {
    try {
      JsonNode node = Json.parse(body);
      return node.path("kind").asText("").equals("Status") ? node : null;
    } catch (Refusal notJson) {
      return null;
    }
  }
}
