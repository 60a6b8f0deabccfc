package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What a call to etcd could not do, in a sentence for the operator, and whether it may have been
 * done nevertheless.
 *
 * <p>etcd answers an error as {@code {"error":"etcdserver: ...","code":14}} with the code of gRPC
 * (google.rpc.Code) and a status that is made from it. Those that a member raises before it
 * proposes anything are {@link Kind#REFUSED}. "Space exceeded" is not among them: the write that
 * crosses the quota is applied and answered with that error (etcd, server/etcdserver/apply.go,
 * quotaApplierV3).
 */
final class EtcdFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int INVALID_ARGUMENT = 3;
  private static final int NOT_FOUND = 5;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int FAILED_PRECONDITION = 9;
  private static final int OUT_OF_RANGE = 11;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAUTHENTICATED = 16;
  private static final int SHOWN_MAX = 200;

  /** What became of the call. */
  enum Kind {
    /** Not done, and never will be. */
    REFUSED,
    /** Not done, because of the token that came with it, or because none did. */
    TOKEN_REFUSED,
    /** Not done, and nobody has to log in: the cluster does not ask who calls. */
    NOBODY_ASKS,
    /** Nobody knows: done, done later, or never. */
    UNKNOWN
  }

  private final Kind kind;

  EtcdFailure(Kind kind, String sentence) {
    this(kind, sentence, null);
  }

  EtcdFailure(Kind kind, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /**
   * What an answer means that is not a success.
   *
   * @param place whom was asked for what
   */
  static EtcdFailure of(String place, int status, byte[] body) {
    try {
      JsonNode answer = Json.parse(body);
      if (answer.has("message") || answer.has("error")) {
        return of(place, answer);
      }
    } catch (Refusal notJson) {
      // Told by its status, below.
      return ofStatus(place, status, notJson);
    }
    return ofStatus(place, status, null);
  }

  /** What an error means that a member wrote, in an answer or within a stream. */
  static EtcdFailure of(String place, JsonNode error) {
    String message = error.path("message").asText(error.path("error").asText(""));
    int code = error.path("code").asInt(error.path("grpc_code").asInt());
    return of(place, code, message);
  }

  /** What a member says of a watch that it ends: {@code rpc error: code = X desc = Y}, or less. */
  static EtcdFailure ofReason(String place, String reason) {
    int code =
        reason.contains("Unauthenticated")
            ? UNAUTHENTICATED
            : reason.contains("PermissionDenied")
                ? PERMISSION_DENIED
                : reason.contains("InvalidArgument") ? INVALID_ARGUMENT : 0;
    int described = reason.indexOf("desc = ");
    return of(place, code, described < 0 ? reason : reason.substring(described + 7));
  }

  private static EtcdFailure of(String place, int code, String message) {
    return new EtcdFailure(kind(code, message), sentence(place, message, expected(message)));
  }

  private static EtcdFailure ofStatus(String place, int status, @Nullable Throwable cause) {
    boolean noSuchPath = status == 404 || status == 405;
    return new EtcdFailure(
        noSuchPath ? Kind.REFUSED : Kind.UNKNOWN,
        sentence(
            place,
            "status " + status,
            "an answer of etcd 3.4 or newer, with its JSON gateway not switched off"),
        cause);
  }

  private static Kind kind(int code, String message) {
    if (message.contains("invalid auth token")
        || message.contains("auth store is old")
        || message.contains("user name is empty")) {
      return Kind.TOKEN_REFUSED;
    }
    if (message.contains("authentication is not enabled")) {
      return Kind.NOBODY_ASKS;
    }
    return switch (code) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          Kind.REFUSED;
      case RESOURCE_EXHAUSTED ->
          message.contains("too many requests") ? Kind.REFUSED : Kind.UNKNOWN;
      default -> Kind.UNKNOWN;
    };
  }

  /** What would have been right, for those errors that an operator can end. */
  private static String expected(String message) {
    if (message.contains("permission denied")) {
      return "a user with the right readwrite on every key under ELECTOR_ETCD_PREFIX";
    }
    if (message.contains("user name is empty")) {
      return "ELECTOR_ETCD_USER and ELECTOR_ETCD_PASSWORD_FILE, as the cluster asks who calls";
    }
    if (message.contains("authentication failed")) {
      return "the password of ELECTOR_ETCD_USER in the file of ELECTOR_ETCD_PASSWORD_FILE, which is"
          + " read again at each attempt";
    }
    if (message.contains("space exceeded")) {
      return "a cluster with room to write; etcdctl compact, defrag, then alarm disarm";
    }
    if (message.contains("no leader") || message.contains("timed out")) {
      return "a cluster whose majority answers";
    }
    return "";
  }

  private static String sentence(String place, String found, String expected) {
    String shown = found.length() <= SHOWN_MAX ? found : found.substring(0, SHOWN_MAX) + "...";
    return place
        + ": \""
        + shown
        + "\""
        + (expected.isEmpty() ? "" : " (expected: " + expected + ")");
  }
}
