package io.containerpatterns.logshipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** On the producer in memory that Kafka's own client brings. */
final class SessionTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Network network = new Network(Ticker.system());
  private final Session session =
      new Session(Targets.target("kafka://a/logs"), network.upstream("logs"), producer);
  private final List<Verdict> told = new ArrayList<>();

  @Test
  void aRecordIsTheEventUnderTheNameOfHostAndFile() {
    session.send(parcel("one", "two"), new Flight(2, told::add));
    producer.completeNext();
    producer.completeNext();

    assertThat(producer.history())
        .extracting(
            record -> record.topic() + " " + text(record.key()) + " " + text(record.value()))
        .containsExactly("logs shop-0/logs/app.log one", "logs shop-0/logs/app.log two");
    assertThat(told).containsExactly(Verdict.Taken.ALL);
  }

  @Test
  void theFirstRecordThatDoesNotArriveEndsItBeforeAnythingCouldOvertakeIt() {
    session.send(parcel("one", "two"), new Flight(2, verdict -> {}));
    producer.errorNext(new TimeoutException("Expiring 1 record(s)"));

    assertThat(session.isOver()).isTrue();
    assertThat(producer.closed()).isTrue();
    session.send(parcel("three"), new Flight(1, told::add));

    assertThat(producer.history()).hasSize(2);
    assertThat(told)
        .containsExactly(new Verdict.Again(Optional.empty(), "no answer from the brokers in time"));
  }

  @Test
  void aRecordThatIsRefusedByItselfEndsNothing() {
    session.send(parcel("one", "two"), new Flight(2, told::add));
    producer.errorNext(new RecordTooLargeException("too large"));
    producer.completeNext();

    assertThat(session.isOver()).isFalse();
    assertThat(told).singleElement().isInstanceOf(Verdict.Partly.class);
    var partly = (Verdict.Partly) told.getFirst();
    assertThat(partly.again()).isEmpty();
    assertThat(partly.refused()).containsExactly(new Verdict.RefusedItem(0, "too large"));
  }

  private static Parcel parcel(String... texts) {
    var event = new EventOf(new Origin("/logs/app.log", List.of(), 7));
    var batch = new Batch(64);
    for (String text : texts) {
      batch.add(event.text(text, 0).get(), new Plain());
    }
    return Parcel.of(batch);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** An output whose items are the texts of events. */
  private static final class Plain implements Output {
    @Override
    public void encode(Event event, Sink to) {
      to.put(event.bytes(), event.start(), event.end());
    }

    @Override
    public void send(Parcel parcel, Consumer<Verdict> verdict) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
