package io.containerpatterns.logshipper.http;

import com.github.luben.zstd.util.Native;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that is spoken to by HTTP, each parcel a POST. */
public final class HttpOutput implements Output {
  private static final int BODY_FIRST = 64 << 10;

  private final Target target;
  private final Dialect dialect;
  private final HttpClient client;
  private final InstantSource clock;
  private final @Nullable CodingChoice codings;
  private final ConcurrentLinkedQueue<Sink> bodies = new ConcurrentLinkedQueue<>();
  private final Sink framed = new Sink(BODY_FIRST); // the output's thread only

  /** How bodies are made smaller. */
  public enum Compression {
    /** Not at all. */
    NONE,
    /** gzip, the quickest level. */
    GZIP,
    /** zstd, level 1; gzip where the store turns out not to take that. */
    ZSTD;

    /**
     * Sees whether it can be done here.
     *
     * @throws LinkageError when its native library cannot be loaded
     */
    public void load() {
      if (this == ZSTD) {
        Native.load();
      }
    }
  }

  /**
   * Where to send, and as whom.
   *
   * @param name of the output, in the statistics
   * @param uri of the requests
   * @param headers of every request
   * @param timeout over all of one request
   */
  public record Target(
      String name,
      URI uri,
      Credentials credentials,
      Map<String, String> headers,
      Compression compression,
      Duration timeout) {}

  /**
   * Of a store.
   *
   * @param client ours from now on: closed with this
   */
  public HttpOutput(Target target, Dialect dialect, HttpClient client, InstantSource clock) {
    this.target = target;
    this.dialect = dialect;
    this.client = client;
    this.clock = clock;
    this.codings = dialect.isCompressed() ? null : codings(target);
  }

  private static @Nullable CodingChoice codings(Target target) {
    return switch (target.compression()) {
      case NONE -> null;
      case GZIP -> CodingChoice.only(target.name(), new Gzip());
      case ZSTD -> CodingChoice.between(target.name(), new Zstd(), new Gzip());
    };
  }

  @Override
  public void encode(Event event, Sink to) {
    dialect.encode(event, to);
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    Coding coding = codings == null ? null : codings.next();
    Call call;
    try {
      call = head(parcel, coding);
    } catch (IOException | IllegalArgumentException e) {
      // Not there yet, or nothing that can stand in a header.
      verdict.accept(new Verdict.Denied("the credentials cannot be used: " + e.getMessage()));
      return;
    }
    if (coding == null
        && dialect.isItems()
        && parcel.isRun()
        && parcel.batch().start(parcel.item(0)) == 0) {
      // As it lies in the batch, which does not change before the verdict.
      send(
          call.body(parcel.batch().array(), parcel.bytes(), dialect.contentType()),
          parcel,
          null,
          verdict);
      return;
    }
    Sink body = body(parcel, coding);
    send(
        call.body(body.array(), body.length(), dialect.contentType()),
        parcel,
        coding,
        told -> {
          bodies.add(body);
          verdict.accept(told);
        });
  }

  private Call head(Parcel parcel, @Nullable Coding coding) throws IOException {
    Call call =
        new Call(
            target.name(),
            "POST",
            target.uri(),
            target.headers(),
            new byte[0],
            0,
            target.timeout(),
            dialect.answerBytesMax());
    for (Map.Entry<String, String> header : dialect.headers(parcel).entrySet()) {
      call = call.header(header.getKey(), header.getValue());
    }
    if (coding != null) {
      call = call.header("Content-Encoding", coding.name());
    }
    Optional<String> authorization = target.credentials().header();
    return authorization.isEmpty() ? call : call.header("Authorization", authorization.get());
  }

  private Sink body(Parcel parcel, @Nullable Coding coding) {
    Sink kept = bodies.poll();
    Sink body = kept == null ? new Sink(BODY_FIRST) : kept;
    body.cutTo(0);
    if (coding == null) {
      dialect.frame(parcel, body);
      return body;
    }
    Batch batch = parcel.batch();
    if (dialect.isItems() && parcel.isRun()) {
      int last = parcel.item(parcel.count() - 1);
      coding.code(batch.array(), batch.start(parcel.item(0)), batch.end(last), body);
    } else {
      framed.cutTo(0);
      dialect.frame(parcel, framed);
      coding.code(framed.array(), 0, framed.length(), body);
    }
    return body;
  }

  private void send(Call call, Parcel parcel, @Nullable Coding coding, Consumer<Verdict> verdict) {
    var unused =
        client
            .send(call)
            .whenComplete(
                (answer, failure) -> verdict.accept(told(answer, failure, parcel, coding)));
  }

  private Verdict told(
      @Nullable Answer answer,
      @Nullable Throwable failure,
      Parcel parcel,
      @Nullable Coding coding) {
    if (answer == null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      return new Verdict.Again(
          Optional.empty(), cause == null ? "no answer" : String.valueOf(cause.getMessage()));
    }
    if (codings != null && coding != null) {
      Optional<Verdict> doubt = codings.heard(coding, answer);
      if (doubt.isPresent()) {
        return doubt.get();
      }
    }
    try {
      return dialect.verdict(answer, parcel).orElseGet(() -> StatusRules.of(answer, clock));
    } catch (RuntimeException e) {
      // An answer that we cannot read is no proof of anything; the same again is always safe.
      return new Verdict.Again(Optional.empty(), "the answer makes no sense: " + e);
    }
  }

  @Override
  public void close() {
    client.close();
    if (codings != null) {
      codings.close();
    }
  }
}
