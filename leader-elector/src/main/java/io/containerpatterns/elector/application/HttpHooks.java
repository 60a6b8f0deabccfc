package io.containerpatterns.elector.application;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Hooks;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status.LostReason;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells the application by HTTP that it leads and that it leads no longer.
 *
 * <pre>
 *   POST /stop HTTP/1.1
 *   Elector-Token: 1042
 *
 *   {"event":"lost","election":"orders","token":1042,"id":"orders-0","reason":"shutdown",
 *    "at":"2026-01-01T00:00:00Z"}
 * </pre>
 *
 * <p>2xx acknowledges. Anything else, or no answer, is tried again until the drain time has passed,
 * so the application may hear the same twice. A lost hook ends the tries of the acquired hook
 * before it and begins when that one has been answered or has timed out. No term begins before the
 * lost hook of the last was answered, so an election has at most these two under way, and what
 * waits is bounded by the number of elections. Loop only.
 */
public final class HttpHooks implements Hooks {
  private static final Log log = Log.of(HttpHooks.class);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  /** What one application is asked to take at once; a thousand elections may end in one moment. */
  private static final int CALLS_MAX = 256;

  /** Shorter than a drain: a lost hook must not wait long for an acquired hook that hangs. */
  private static final Duration ACQUIRED_WITHIN = Duration.ofSeconds(2);

  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_MOST = Duration.ofSeconds(1);
  private static final int ANSWER_BYTES_MAX = 4096;

  /** Makes one call to the application. */
  @FunctionalInterface
  public interface Caller extends Function<Call, CompletionStage<Answer>> {}

  /** Is told how each hook ended and how long it took, retries included; must not block. */
  @FunctionalInterface
  public interface Ended {
    void hook(Kind kind, boolean acknowledged, long nanos);
  }

  /**
   * What the settings say.
   *
   * @param drain how long a hook is tried
   */
  public record Terms(Hook hook, Duration drain) {}

  private final Caller caller;
  private final Loop loop;
  private final Clocks clocks;
  private final InstantSource dates;
  private final String id;
  private final Ended ended;
  private final Repeats repeats;
  private final Map<String, Telling> acquiring = new HashMap<>();
  private final Queue<Telling> waiting = new ArrayDeque<>();
  private int calls;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile Terms terms;

  public HttpHooks(
      Caller caller,
      Loop loop,
      Clocks clocks,
      InstantSource dates,
      String id,
      Terms terms,
      Ended ended) {
    this.caller = caller;
    this.loop = loop;
    this.clocks = clocks;
    this.dates = dates;
    this.id = id;
    this.terms = terms;
    this.ended = ended;
    this.repeats = new Repeats(log, clocks::monotonicNanos, REPEAT);
  }

  /** Takes over other settings; hooks that are under way go on as they began. Any thread. */
  public void terms(Terms next) {
    terms = next;
  }

  /** How many hooks the application has not answered yet. Any thread. */
  public int underWay() {
    return underWay.get();
  }

  @Override
  public boolean gates() {
    return terms.hook().gate();
  }

  @Override
  public boolean confirmsLoss() {
    return terms.hook().lost().isPresent();
  }

  @Override
  public CompletionStage<Boolean> acquired(String election, long token) {
    URI url = terms.hook().acquired().orElse(null);
    if (url == null) {
      return CompletableFuture.completedStage(true);
    }
    var telling = new Telling(Kind.ACQUIRED, election, token, null, url);
    acquiring.put(election, telling);
    telling.begin();
    return telling.acknowledged;
  }

  @Override
  public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
    URI url = terms.hook().lost().orElse(null);
    Telling before = acquiring.remove(election);
    if (before != null) {
      before.superseded = true;
    }
    if (url == null) {
      return CompletableFuture.completedStage(true);
    }
    var telling = new Telling(Kind.LOST, election, token, reason, url);
    if (before == null) {
      telling.begin();
    } else {
      before.quiet.whenComplete((nothing, never) -> telling.begin());
    }
    return telling.acknowledged;
  }

  /** Which of the two. */
  public enum Kind {
    ACQUIRED,
    LOST;

    /** The name on the wire. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One hook: its calls, until one is acknowledged or the time is over. */
  private final class Telling {
    final CompletableFuture<Boolean> acknowledged = new CompletableFuture<>();

    /** Completes when no call of this hook is under way any more. */
    final CompletableFuture<Void> quiet = new CompletableFuture<>();

    private final Kind kind;
    private final String election;
    private final long token;
    private final @Nullable LostReason reason;
    private final URI url;
    private final long began = clocks.monotonicNanos();
    private final long until = began + terms.drain().toNanos();
    private Duration pause = RETRY_FIRST;
    private boolean superseded;

    Telling(Kind kind, String election, long token, @Nullable LostReason reason, URI url) {
      this.kind = kind;
      this.election = election;
      this.token = token;
      this.reason = reason;
      this.url = url;
      underWay.incrementAndGet();
    }

    void begin() {
      if (calls < CALLS_MAX) {
        call();
      } else {
        waiting.add(this);
      }
    }

    private void call() {
      long left = until - clocks.monotonicNanos();
      if (superseded || left < 1_000_000) {
        end(false);
        return;
      }
      calls++;
      caller
          .apply(request(Duration.ofNanos(left)))
          .whenComplete((answer, failure) -> loop.execute(() -> answered(answer, failure)));
    }

    private Call request(Duration left) {
      boolean shorter = kind == Kind.ACQUIRED && left.compareTo(ACQUIRED_WITHIN) > 0;
      byte[] body = body();
      return new Call(
          "hook",
          "POST",
          url,
          Map.of("Content-Type", "application/json", "Elector-Token", Long.toString(token)),
          body,
          body.length,
          shorter ? ACQUIRED_WITHIN : left,
          ANSWER_BYTES_MAX);
    }

    private byte[] body() {
      return Json.bytes(json -> {
        json.writeStartObject();
        json.writeStringField("event", kind.wire());
        json.writeStringField("election", election);
        json.writeNumberField("token", token);
        json.writeStringField("id", id);
        json.writeStringField("reason", reason == null ? null : reason.wire());
        json.writeStringField("at", dates.instant().toString());
        json.writeEndObject();
      });
    }

    private void answered(@Nullable Answer answer, @Nullable Throwable failure) {
      calls--;
      boolean agreed = answer != null && answer.isSuccess();
      if (!agreed) {
        repeats.warn(
            "hook not acknowledged",
            "hook",
            kind.wire(),
            "election",
            election,
            "token",
            token,
            "url",
            url,
            answer == null ? "cause" : "status",
            answer == null ? failure : answer.status(),
            "action",
            superseded
                ? "none, leadership has ended since"
                : "call again until ELECTOR_DRAIN has passed");
      }
      if (agreed || superseded) {
        end(agreed);
      } else {
        loop.schedule(pause, this::begin);
        pause =
            pause.multipliedBy(2).compareTo(RETRY_MOST) < 0 ? pause.multipliedBy(2) : RETRY_MOST;
      }
      Telling next = waiting.poll();
      if (next != null) {
        next.begin();
      }
    }

    private void end(boolean agreed) {
      underWay.decrementAndGet();
      acquiring.remove(election, this);
      ended.hook(kind, agreed, clocks.monotonicNanos() - began);
      quiet.complete(null);
      acknowledged.complete(agreed);
      if (agreed) {
        repeats.over("hook not acknowledged");
      } else if (kind == Kind.LOST) {
        log.error(
            "application did not acknowledge that it stopped",
            "election",
            election,
            "token",
            token,
            "consequence",
            "the lease is not given back and runs out by itself");
      }
    }
  }
}
