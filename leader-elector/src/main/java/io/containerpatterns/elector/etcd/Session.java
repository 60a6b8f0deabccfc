package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Secret;
import io.containerpatterns.elector.etcd.EtcdFailure.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls as the user of the settings: the token that each call carries, got once and again when it
 * has run out.
 *
 * <pre>
 *   ask -> token known? -> Gateway -> "invalid auth token" -> forget -> authenticate -> Gateway, once more
 * </pre>
 *
 * A call that is refused for its token was not done, so it may be sent again. Authentication is
 * costly for the cluster on purpose (bcrypt), so all calls wait for one, and after one that failed
 * the next is not tried at once. Loop only.
 */
final class Session {
  private static final int ANSWER_BYTES_MAX = 16 * 1024;

  /** However short the leases are: bcrypt alone may take longer than one of them may wait. */
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  private final EtcdAccess access;
  private final Gateway gateway;
  private final Executor loop;
  private final Executor files;
  private final Ticker ticker;
  private final Backoff backoff;
  private @Nullable CompletableFuture<Optional<Secret>> token;
  private Deadline notBefore;

  /**
   * @param files where the password is read
   */
  Session(
      EtcdAccess access,
      Gateway gateway,
      Executor loop,
      Executor files,
      Ticker ticker,
      RandomGenerator random) {
    this.access = access;
    this.gateway = gateway;
    this.loop = loop;
    this.files = files;
    this.ticker = ticker;
    this.backoff = new Backoff(PAUSE_FIRST, PAUSE_MAX, random, ticker);
    this.notBefore = Deadline.in(Duration.ZERO, ticker);
  }

  /** Asks as our user; fails with an {@link EtcdFailure} only. */
  CompletableFuture<JsonNode> ask(String path, byte[] body, int answerBytesMax) {
    var result = new CompletableFuture<JsonNode>();
    ask(path, body, answerBytesMax, true, result);
    return result;
  }

  /** What calls carry now; empty where the cluster does not ask who calls. */
  CompletableFuture<Optional<Secret>> token() {
    if (access.user().isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletableFuture<Optional<Secret>> known = token;
    if (known != null && (!known.isCompletedExceptionally() || !notBefore.passed())) {
      return known;
    }
    var got = new CompletableFuture<Optional<Secret>>();
    token = got;
    authenticate(access.user().get(), got);
    return got;
  }

  /** It was refused; without effect when there is another one by now. */
  void forget(Optional<Secret> refused) {
    CompletableFuture<Optional<Secret>> known = token;
    if (known != null
        && known.isDone()
        && !known.isCompletedExceptionally()
        && known.join().equals(refused)) {
      token = null;
    }
  }

  private void ask(
      String path,
      byte[] body,
      int answerBytesMax,
      boolean first,
      CompletableFuture<JsonNode> result) {
    token()
        .whenComplete((carried, failure) -> {
          if (carried == null) {
            result.completeExceptionally(failed(failure));
            return;
          }
          gateway
              .ask(path, body, carried, answerBytesMax)
              .whenComplete((answer, refusal) -> {
                if (answer != null) {
                  result.complete(answer);
                } else if (first && isForToken(refusal)) {
                  forget(carried);
                  ask(path, body, answerBytesMax, false, result);
                } else {
                  result.completeExceptionally(failed(refusal));
                }
              });
        });
  }

  private boolean isForToken(@Nullable Throwable refusal) {
    return access.user().isPresent()
        && refusal instanceof EtcdFailure failure
        && failure.kind() == Kind.TOKEN_REFUSED;
  }

  private void authenticate(String user, CompletableFuture<Optional<Secret>> got) {
    CompletableFuture.supplyAsync(access::password, files)
        .thenComposeAsync(
            password ->
                gateway.ask(
                    Messages.AUTHENTICATE,
                    Json.bytes(json -> {
                      json.writeStartObject();
                      json.writeStringField("name", user);
                      json.writeStringField("password", password.reveal());
                      json.writeEndObject();
                    }),
                    Optional.empty(),
                    ANSWER_BYTES_MAX,
                    WITHIN),
            loop)
        .whenCompleteAsync((answer, failure) -> authenticated(answer, failure, got), loop);
  }

  private void authenticated(
      @Nullable JsonNode answer,
      @Nullable Throwable failure,
      CompletableFuture<Optional<Secret>> got) {
    if (answer != null && !answer.path("token").asText("").isEmpty()) {
      backoff.succeeded();
      got.complete(Optional.of(new Secret(answer.path("token").asText())));
      return;
    }
    Throwable why = EtcdLeaseStore.cause(failure);
    if (why instanceof EtcdFailure told && told.kind() == Kind.NOBODY_ASKS) {
      // As etcd's own clients do: whom nobody asks, that one has not lied.
      got.complete(Optional.empty());
      return;
    }
    notBefore = Deadline.in(backoff.failed(), ticker);
    got.completeExceptionally(
        why == null
            ? new EtcdFailure(Kind.UNKNOWN, "etcd authenticated us without a token")
            : failed(why));
  }

  private static EtcdFailure failed(@Nullable Throwable why) {
    Throwable cause = EtcdLeaseStore.cause(why);
    return switch (cause) {
      case EtcdFailure failure -> failure;
      case InvalidSettings wrong ->
          new EtcdFailure(Kind.REFUSED, String.valueOf(wrong.getMessage()), wrong);
      case null -> new EtcdFailure(Kind.UNKNOWN, "no answer");
      default -> new EtcdFailure(Kind.UNKNOWN, String.valueOf(cause), cause);
    };
  }
}
