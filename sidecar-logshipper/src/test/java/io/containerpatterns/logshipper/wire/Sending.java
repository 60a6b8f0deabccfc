package io.containerpatterns.logshipper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Origin.Label;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An output with loops of its own, and events for it. */
public final class Sending implements AutoCloseable {
  /** 2026-11-25T13:29:12Z. */
  public static final long SECONDS = 1_795_613_352L;

  private static final long MOST_SECONDS = 30;

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("wire", 1, network);
  private final Output output;

  /** Makes an output. */
  public interface Making {
    Output make(EventLoops loops, Network network, Ticker ticker);
  }

  public Sending(Making making) {
    output = making.make(loops, network, Ticker.system());
  }

  public Output output() {
    return output;
  }

  public Network network() {
    return network;
  }

  /** Sends them; what becomes of it comes later, and once. */
  public CompletableFuture<Verdict> send(Parcel parcel) {
    var verdict = new CompletableFuture<Verdict>();
    output.send(
        parcel,
        told -> {
          if (!verdict.complete(told)) {
            throw new AssertionError("told twice: " + told);
          }
        });
    return verdict;
  }

  /** Sends them and waits for the verdict. */
  public Verdict verdict(Parcel parcel) {
    return await(send(parcel));
  }

  public static Verdict await(CompletableFuture<Verdict> verdict) {
    try {
      return verdict.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no verdict", e);
    }
  }

  /** The events of a file with these texts, a second apart. */
  public Parcel parcel(String file, String... texts) {
    var origin = new Origin(file, List.of(new Label("app", "shop")));
    var event = new Event(origin);
    var batch = new Batch(64);
    long offset = 0;
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = texts[i].getBytes(UTF_8);
      event.begin(bytes, 0, bytes.length, offset, bytes.length + 1L, false);
      event.time(SECONDS + i, 123_456_789, true);
      batch.add(event, output);
      offset += bytes.length + 1L;
    }
    return Parcel.of(batch);
  }

  @Override
  public void close() {
    output.close();
    loops.close();
  }
}
