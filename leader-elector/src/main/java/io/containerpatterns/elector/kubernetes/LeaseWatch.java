package io.containerpatterns.elector.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.AnswerLines;
import io.containerpatterns.chassis.http.AnswerReceiver;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One watch of the API server, opened again whenever it ends:
 *
 * <pre>
 *   GET ?watch=1 --> {"type":"ADDED","object":{...}}      what is there; only where no version was given
 *                    {"type":"MODIFIED","object":{...}}
 *                    {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"4711"}}}
 *        ^           the server's time is over, or the connection broke
 *        '--- from the last version heard; after 410 (status or ERROR) from none
 * </pre>
 *
 * <p>Without a version the server begins with what is there, so nothing has to be listed, which is
 * a right of its own. Hints may be missed between 410 and that beginning, so whoever watches is
 * told then that something may have changed. Loop only.
 */
final class LeaseWatch {
  static final Duration HEAD_WITHIN = Duration.ofSeconds(10);

  /** The server ends each watch in time; spread, so that a thousand do not begin anew together. */
  private static final int SECONDS_MIN = 240;

  private static final int SECONDS_MAX = 300;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A watch that ended sooner has failed, whatever it was answered with. */
  private static final Duration WORTH = Duration.ofSeconds(5);

  private static final int OK = 200;

  private final ApiCalls calls;
  private final String path;
  private final String what;
  private final Sink sink;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final Backoff backoff;
  private String version = "";
  private @Nullable CompletableFuture<Void> stream;
  private @Nullable Future<?> pause;
  private @Nullable String trouble;
  private long openedAt;
  private boolean stands; // the server has begun to answer
  private boolean told; // something has come
  private boolean closed;

  /** Takes what a watch tells. */
  interface Sink {
    /** An object is there, or was changed. */
    void changed(LeaseObject object);

    /** It is gone. */
    void deleted(String name);

    /** Anything may have changed. */
    void missed();

    /** Why the watch does not stand, or null when it does again. */
    void trouble(@Nullable String sentence);
  }

  /**
   * Not open yet.
   *
   * @param path of the collection
   * @param selector further query, such as {@code &fieldSelector=metadata.name%3Dorders}
   * @param what is watched, for a message
   */
  LeaseWatch(
      ApiCalls calls,
      String path,
      String selector,
      String what,
      Sink sink,
      EventLoop loop,
      RandomGenerator random,
      Ticker ticker) {
    this.calls = calls;
    this.path = path + "?watch=1&allowWatchBookmarks=true" + selector;
    this.what = what;
    this.sink = sink;
    this.loop = loop;
    this.random = random;
    this.ticker = ticker;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random, ticker);
  }

  /** Opens it. */
  void open() {
    openedAt = ticker.nanos();
    stands = false;
    told = false;
    int seconds = random.nextInt(SECONDS_MIN, SECONDS_MAX + 1);
    String from = version.isEmpty() ? "" : "&resourceVersion=" + version;
    // A moment more, so that the server ends it and not we.
    Duration idle = Duration.ofSeconds(seconds).plus(HEAD_WITHIN);
    stream = calls.stream(path + "&timeoutSeconds=" + seconds + from, idle, new Events());
    stream.whenComplete((end, failure) -> onLoop(() -> ended(failure)));
  }

  /** Gives up a connection that is silent though something happened; it is opened again. */
  void cut() {
    CompletableFuture<Void> open = stream;
    if (open != null) {
      open.cancel(false);
    }
  }

  /** Ends it for good. */
  void close() {
    closed = true;
    cut();
    Future<?> waiting = pause;
    if (waiting != null) {
      waiting.cancel(false);
    }
    tell(null);
  }

  private void ended(@Nullable Throwable failure) {
    if (closed) {
      return;
    }
    boolean stood = ticker.nanos() - openedAt >= WORTH.toNanos();
    if (failure != null && !(failure instanceof CancellationException)) {
      tell(what + ": " + failure.getMessage());
    }
    if (stood) {
      backoff.succeeded();
    }
    if (stands && !told) {
      // A version that the server will never reach, because its store was restored, looks like
      // this.
      startAnew();
    }
    Duration wait = stood && failure == null ? Duration.ZERO : backoff.failed();
    pause = loop.schedule(this::open, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What happened since the last version is forgotten: only what is there now can be told. */
  private void startAnew() {
    if (!version.isEmpty()) {
      version = "";
      sink.missed();
    }
  }

  private void tell(@Nullable String sentence) {
    trouble = sentence;
    sink.trouble(sentence);
  }

  private void onLoop(Runnable step) {
    if (loop.inEventLoop()) {
      step.run();
    } else if (!loop.isShuttingDown()) {
      loop.execute(step);
    }
  }

  /** The events of one stream; called on the loop. */
  private final class Events implements AnswerReceiver {
    private final AnswerLines lines = new AnswerLines(ApiCalls.OBJECT_BYTES_MAX, this::event);

    @Override
    public boolean head(int status, Map<String, String> headers) throws IOException {
      switch (status) {
        case OK -> {
          stands = true;
          if (trouble != null) {
            tell(null);
          }
          return true;
        }
        case ApiCalls.GONE -> {
          startAnew();
          return false;
        }
        case ApiCalls.UNAUTHORIZED -> calls.refused();
        default -> {}
      }
      throw new IOException(KubernetesFailure.of("watch", status, "").getMessage());
    }

    @Override
    public boolean bytes(byte[] chunk) throws IOException {
      return !closed && lines.bytes(chunk);
    }

    @Override
    public void end() throws IOException {
      lines.end();
    }

    private boolean event(byte[] line) throws IOException {
      told = true;
      try {
        JsonNode event = Json.parse(line);
        JsonNode object = event.path("object");
        return event(event.path("type").asText(""), object);
      } catch (Refusal | KubernetesFailure e) {
        throw new IOException("an event that cannot be read: " + e.getMessage(), e);
      }
    }

    private boolean event(String type, JsonNode object) throws IOException {
      switch (type) {
        case "ADDED", "MODIFIED" -> {
          LeaseObject lease = LeaseObject.of(object);
          version = Long.toString(lease.version());
          sink.changed(lease);
        }
        case "DELETED" -> {
          LeaseObject last = LeaseObject.of(object);
          version = Long.toString(last.version());
          sink.deleted(last.name());
        }
        case "BOOKMARK" -> version = Long.toString(LeaseObject.versionOf(object.path("metadata")));
        case "ERROR" -> {
          if (object.path("code").asInt(0) != ApiCalls.GONE) {
            throw new IOException("the server ended it: " + object.path("message").asText(""));
          }
          startAnew();
          return false;
        }
        default -> {} // An event of a later server is no change of a Lease.
      }
      return true;
    }
  }
}
