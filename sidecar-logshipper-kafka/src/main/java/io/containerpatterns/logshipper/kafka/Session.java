package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.kafka.Failure.Kind;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.wire.PerOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.jspecify.annotations.Nullable;

/**
 * The life of one idempotent producer. It ends with the first record that does not arrive: what is
 * still in it is given up then, before the client could go on with later records of the same file.
 *
 * <pre>
 *   open --(a record failed, or the output is closed)--> over: every record that is not known fails
 * </pre>
 */
final class Session {
  private final KafkaTarget target;
  private final Traffic traffic;
  private final Producer<byte[], byte[]> producer;
  private final PerOrigin keys; // the thread that sends only
  private final AtomicReference<@Nullable Failure> end = new AtomicReference<>();

  /**
   * Makes the producer; may block for the addresses of the brokers.
   *
   * @throws IOException when a file cannot be read
   * @throws KafkaException when there can be no such producer, or no broker has an address
   */
  static Session open(KafkaTarget target, Traffic traffic) throws IOException {
    return new Session(target, traffic, new KafkaProducer<>(ProducerSettings.of(target)));
  }

  Session(KafkaTarget target, Traffic traffic, Producer<byte[], byte[]> producer) {
    this.target = target;
    this.traffic = traffic;
    this.producer = producer;
    this.keys = new PerOrigin(this::key);
    traffic.opened();
  }

  /**
   * One key for all of a file, and another one for the file of that name on another host: records
   * of one key are in one partition, in order.
   */
  private byte[] key(Origin origin) {
    return (target.host() + origin.path()).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether nothing can be sent with it any more. Any thread. */
  boolean isOver() {
    return end.get() != null;
  }

  /** Sends every record of the parcel, and waits for room where there is none. One thread. */
  void send(Parcel parcel, Flight flight) {
    Batch batch = parcel.batch();
    for (int place = 0; place < parcel.count(); place++) {
      Failure over = end.get();
      if (over != null) {
        flight.rest(place, over);
        return;
      }
      int item = parcel.item(place);
      // The client takes whole arrays only, and keeps none: it copies them into its batch.
      byte[] value = Arrays.copyOfRange(batch.array(), batch.start(item), batch.end(item));
      send(new ProducerRecord<>(target.topic(), keys.of(batch.origin(item)), value), place, flight);
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record, int place, Flight flight) {
    try {
      var unused = producer.send(record, (_, failure) -> answered(place, failure, flight));
    } catch (KafkaException | IllegalStateException e) {
      answered(place, e, flight);
    }
  }

  /** On the thread that sends, or on the client's own. */
  private void answered(int place, @Nullable Exception answer, Flight flight) {
    if (answer == null) {
      flight.taken(place);
      return;
    }
    Failure failure = Failure.of(answer, target.topic());
    if (failure.kind() == Kind.REFUSED) {
      flight.failed(place, failure);
    } else {
      flight.failed(place, end(failure));
    }
  }

  /** Ends it; what it ended of is told, which may be something before that. Any thread. */
  Failure end(Failure of) {
    Failure why = end.get();
    if (why != null) {
      return why;
    }
    Failure told = of.kind() == Kind.AGAIN && !isConnected() ? unreachable(of) : of;
    if (!end.compareAndSet(null, told)) {
      return end(of);
    }
    traffic.closed();
    traffic.error();
    // Not one moment is waited for; from its own thread the client would not wait anyway.
    producer.close(Duration.ZERO);
    return told;
  }

  private Failure unreachable(Failure of) {
    return new Failure(Kind.AGAIN, "no broker answers at " + target + ": " + of.why());
  }

  private boolean isConnected() {
    for (var metric : producer.metrics().entrySet()) {
      if (metric.getKey().name().equals("connection-count")) {
        Metric value = metric.getValue();
        return !(value.metricValue() instanceof Double count) || count > 0;
      }
    }
    return true;
  }
}
