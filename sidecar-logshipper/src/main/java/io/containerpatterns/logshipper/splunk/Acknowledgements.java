package io.containerpatterns.logshipper.splunk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parcels that Splunk has and has not indexed yet. While there are any, it is asked about all
 * of them at once, every so often:
 *
 * <pre>
 *   {"acks":[7,8]}   ->   {"acks":{"7":true,"8":false}}
 * </pre>
 *
 * One that is not indexed within the limit is sent again. Splunk says "true" once and forgets it,
 * so a reply that is lost means a parcel that is sent twice. There are never more than there are
 * batches in flight. Everything but {@link #add} runs on the thread of the timer.
 */
final class Acknowledgements {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] HEAD = "{\"acks\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

  private final Function<byte[], CompletionStage<Answer>> asking;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;
  private final Duration every;
  private final Duration limit;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private boolean asked; // a question is under way, or due
  private boolean closed;
  private String problem = "it was not indexed";

  private record Waiting(long sinceNanos, Consumer<Verdict> verdict) {}

  /**
   * For one channel.
   *
   * @param asking sends a question and gives the answer
   * @param timer of one thread
   * @param every how long to wait between two questions
   * @param limit how long a parcel may wait
   */
  Acknowledgements(
      Function<byte[], CompletionStage<Answer>> asking,
      ScheduledExecutorService timer,
      Ticker ticker,
      Duration every,
      Duration limit) {
    this.asking = asking;
    this.timer = timer;
    this.ticker = ticker;
    this.every = every;
    this.limit = limit;
  }

  /**
   * Tells {@code verdict} when the parcel with that number is indexed, or is not in time. Any
   * thread.
   */
  void add(long ack, Consumer<Verdict> verdict) {
    run(
        () -> {
          Waiting before = waiting.put(ack, new Waiting(ticker.nanos(), verdict));
          if (before != null) {
            // Splunk was restarted and counts from 0 again: it knows nothing of the earlier one.
            before.verdict.accept(notInTime());
          }
          askLater();
        },
        verdict);
  }

  /** Asks no more; what waits is forgotten. */
  void close() {
    run(
        () -> {
          closed = true;
          waiting.clear();
        },
        null);
  }

  private void run(Runnable task, @Nullable Consumer<Verdict> orTell) {
    try {
      timer.execute(task);
    } catch (RejectedExecutionException ended) {
      if (orTell != null) {
        orTell.accept(new Verdict.Again(Optional.empty(), "the output was closed"));
      }
    }
  }

  private void askLater() {
    if (asked || closed || waiting.isEmpty()) {
      return;
    }
    asked = true;
    try {
      var unused = timer.schedule(this::ask, every.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException ended) {
      closed = true;
    }
  }

  private void ask() {
    if (closed) {
      return;
    }
    var body = new Sink(64);
    body.put(HEAD);
    boolean first = true;
    for (long ack : waiting.keySet()) {
      if (!first) {
        body.put(',');
      }
      first = false;
      body.putDecimal(ack);
    }
    body.put(TAIL);
    byte[] question = Arrays.copyOf(body.array(), body.length());
    var unused =
        asking
            .apply(question)
            .whenComplete((answer, failure) -> run(() -> answered(answer, failure), null));
  }

  private void answered(@Nullable Answer answer, @Nullable Throwable failure) {
    asked = false;
    if (answer == null) {
      problem = failure == null ? "no answer" : String.valueOf(failure.getMessage());
    } else {
      told(answer);
    }
    overdue();
    askLater();
  }

  private void told(Answer answer) {
    Map<Long, Boolean> acks = new HashMap<>();
    try (JsonParser json = JSON.createParser(answer.body())) {
      read(json, acks);
    } catch (IOException | NumberFormatException notOurs) {
      acks.clear();
    }
    if (!answer.isSuccess() || acks.isEmpty()) {
      problem = StatusRules.said(answer);
      return;
    }
    problem = "it was not indexed";
    acks.forEach((ack, indexed) -> {
      Waiting parcel = indexed ? waiting.remove(ack) : null;
      if (parcel != null) {
        parcel.verdict.accept(Verdict.Taken.ALL);
      }
    });
  }

  private static void read(JsonParser json, Map<Long, Boolean> acks) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean ours = json.currentName().equals("acks");
      if (json.nextToken() != JsonToken.START_OBJECT || !ours) {
        json.skipChildren();
        continue;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        long ack = Long.parseLong(json.currentName());
        acks.put(ack, json.nextToken() == JsonToken.VALUE_TRUE);
        json.skipChildren();
      }
    }
  }

  private void overdue() {
    Iterator<Waiting> each = waiting.values().iterator();
    while (each.hasNext()) {
      Waiting parcel = each.next();
      if (ticker.nanos() - parcel.sinceNanos >= limit.toNanos()) {
        each.remove();
        parcel.verdict.accept(notInTime());
      }
    }
  }

  private Verdict notInTime() {
    return new Verdict.Again(
        Optional.empty(), "not acknowledged within " + limit.toSeconds() + " s: " + problem);
  }
}
