package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.kafka.Failure.Kind;
import io.containerpatterns.logshipper.output.JsonEvent;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends events as the records of a topic: the value is {@link JsonEvent}'s object, the key names
 * host and file, so that one file is in one partition, in order. The time of a record is that of
 * its sending and not the event's: brokers delete by it, and refuse what is too old or in the
 * future.
 *
 * <p>A parcel is taken when every record of it is, which with {@code acks=all} is when all replicas
 * in sync have it. The client blocks while it waits for the brokers or for room, so it is called on
 * a thread of its own: a real one, because the resolver of the JDK would hold the carrier of a
 * virtual one.
 */
final class KafkaOutput implements Output {
  /** More than there can be batches under way. */
  private static final int WAITING_MAX = 256;

  private static final long IDLE_SECONDS = 5;
  private static final Failure CLOSED = new Failure(Kind.AGAIN, "the output is closed");

  private final KafkaTarget target;
  private final Ticker ticker;
  private final Traffic traffic;
  private final ThreadPoolExecutor thread;
  private final JsonEvent json = new JsonEvent();
  private @Nullable Session session; // guarded by this
  private boolean closed; // guarded by this

  /** Not connected yet; the first parcel does that. */
  KafkaOutput(KafkaTarget target, Network network, Ticker ticker) {
    this.target = target;
    this.ticker = ticker;
    this.traffic = network.upstream(target.name());
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("kafka-" + target.name()).factory());
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void encode(Event event, Sink to) {
    json.write(event, to);
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    long began = ticker.nanos();
    traffic.messageOut();
    traffic.bytesOut(parcel.bytes());
    var flight =
        new Flight(
            parcel.count(),
            told -> {
              traffic.messageIn();
              traffic.latency(ticker.nanos() - began);
              verdict.accept(told);
            });
    try {
      thread.execute(() -> deliver(parcel, flight, began));
    } catch (RejectedExecutionException e) {
      flight.rest(0, CLOSED);
    }
  }

  private void deliver(Parcel parcel, Flight flight, long began) {
    if (ticker.nanos() - began >= target.timeout().toNanos()) {
      flight.rest(0, new Failure(Kind.AGAIN, "those before it waited for " + target));
      return;
    }
    Session open;
    try {
      open = session();
    } catch (IOException | KafkaException e) {
      traffic.error();
      flight.rest(0, Failure.of(e, target.topic()));
      return;
    }
    open.send(parcel, flight);
  }

  private Session session() throws IOException {
    synchronized (this) {
      if (session != null && !session.isOver()) {
        return session;
      }
    }
    // Not within the lock: names are looked up here, and whoever closes must not wait for them.
    Session opened = Session.open(target, traffic);
    synchronized (this) {
      session = opened;
      if (closed) {
        opened.end(CLOSED);
      }
    }
    return opened;
  }

  @Override
  public void close() {
    Session open;
    synchronized (this) {
      closed = true;
      open = session;
    }
    // A client that waits for the brokers is interrupted, and says so to its parcel.
    thread.shutdownNow();
    if (open != null) {
      open.end(CLOSED);
    }
  }
}
