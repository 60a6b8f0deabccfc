package io.containerpatterns.logshipper.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenTelemetry's own classes read what we write: a foreign judge. */
final class ProtobufLogsTest {
  private static final Origin SHOP =
      new Origin(
          "/logs/shop.log",
          List.of(new Origin.Label("app", "shop"), new Origin.Label("pod", "shop-1")),
          1);
  private static final Origin BARE = new Origin("/logs/bare.log", List.of(), 2);
  private static final long CLOCK_NANOS = 1_795_613_400_000_000_000L;
  private static final long READ_NANOS = 1_764_077_352_000_000_000L;

  private ScriptedStore store;
  private HttpOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(200, ""));
    output = store.output(new ProtobufLogs(new ExportRules(true, ScriptedStore.CLOCK)));
  }

  @AfterEach
  void stop() {
    output.close();
    store.close();
  }

  @Test
  void everythingThatIsKnownOfAnEventArrives() throws Exception {
    var batch = new Batch(100);
    batch.add(
        new EventOf(SHOP)
            .text("an order", 4_711)
            .at("2026-11-25T13:29:12.983Z")
            .severity(Severity.WARN)
            .field("user", "7")
            .field("trace_id", "0af7651916cd43dd8448eb211c80319C")
            .json("span_id", "\"b7ad6b7169203331\"")
            .json("count", "-12")
            .json("took", "12.5")
            .json("small", "1e-7")
            .json("large", "123456789012345678901234567890")
            .json("ok", "true")
            .json("none", "null")
            .json("name", "\"a\\n\"")
            .json("cart", "{\"a\":1}")
            .unparsed()
            .get(),
        output);

    Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
    Received request = store.received();
    assertThat(request.path()).isEqualTo("/v1/logs");
    assertThat(request.headers()).containsEntry("content-type", "application/x-protobuf");
    assertThat(ExportLogsServiceRequest.parseFrom(request.body()))
        .isEqualTo(
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder()
                        .setResource(
                            Resource.newBuilder()
                                .addAttributes(attribute("app", text("shop")))
                                .addAttributes(attribute("k8s.pod.name", text("shop-1")))
                                .addAttributes(attribute("service.name", text("shop"))))
                        .addScopeLogs(
                            scope(
                                LogRecord.newBuilder()
                                    .setTimeUnixNano(1_795_613_352_983_000_000L)
                                    .setObservedTimeUnixNano(CLOCK_NANOS)
                                    .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_WARN)
                                    .setSeverityText("warn")
                                    .setBody(text("an order"))
                                    .setTraceId(hex("0af7651916cd43dd8448eb211c80319c"))
                                    .setSpanId(hex("b7ad6b7169203331"))
                                    .addAttributes(
                                        attribute("log.file.path", text("/logs/shop.log")))
                                    .addAttributes(
                                        attribute("log.file.record_offset", whole(4_711)))
                                    .addAttributes(attribute("user", text("7")))
                                    .addAttributes(attribute("count", whole(-12)))
                                    .addAttributes(attribute("took", number(12.5)))
                                    .addAttributes(attribute("small", number(1e-7)))
                                    .addAttributes(
                                        attribute("large", number(123456789012345678901234567890.)))
                                    .addAttributes(attribute("ok", yes()))
                                    .addAttributes(attribute("none", AnyValue.newBuilder()))
                                    .addAttributes(attribute("name", text("a\n")))
                                    .addAttributes(attribute("cart", text("{\"a\":1}")))
                                    .addAttributes(attribute("unparsed", yes())))))
                .build());
  }

  @Test
  void anEventWithoutATimeHasOnlyThatOfReading() throws Exception {
    var batch = new Batch(100);
    byte[] text = {'a', (byte) 0xe4, 'b'};
    batch.add(new EventOf(BARE).bytes(text, 0).field("trace_id", "0000").piece().get(), output);

    ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(ExportLogsServiceRequest.parseFrom(store.received().body()))
        .isEqualTo(
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder()
                        .setResource(Resource.newBuilder())
                        .addScopeLogs(
                            scope(
                                LogRecord.newBuilder()
                                    .setObservedTimeUnixNano(READ_NANOS)
                                    .setBody(text("a\ufffdb"))
                                    .addAttributes(
                                        attribute("log.file.path", text("/logs/bare.log")))
                                    .addAttributes(attribute("log.file.record_offset", whole(0)))
                                    .addAttributes(attribute("piece", yes()))
                                    .addAttributes(
                                        attribute(
                                            "raw",
                                            AnyValue.newBuilder()
                                                .setBytesValue(ByteString.copyFrom(text)))))))
                .build());
  }

  @Test
  void recordsOfAFileShareItsResourceAndAnyPartOfThemIsARequest() throws Exception {
    var batch = new Batch(100);
    var shop = new EventOf(SHOP);
    var bare = new EventOf(BARE);
    batch.add(shop.text("one", 0).get(), output);
    batch.add(shop.text("two", 10).get(), output);
    batch.add(bare.text("three", 0).get(), output);
    batch.add(shop.text("four", 20).get(), output);

    ScriptedStore.verdict(output, Parcel.of(batch));
    ScriptedStore.verdict(output, Parcel.of(batch).part(1, 3));
    ScriptedStore.verdict(output, Parcel.of(batch).pick(new int[] {0, 3}));

    assertThat(bodies(store.received())).containsExactly("one two", "three", "four");
    assertThat(bodies(store.received())).containsExactly("two", "three");
    assertThat(bodies(store.received())).containsExactly("one four");
  }

  @Test
  void anyBytesBecomeARequestThatCanBeRead() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var event = new EventOf(SHOP);
    for (int round = 0; round < 200; round++) {
      var batch = new Batch(100);
      int count = 1 + random.nextInt(50);
      for (int i = 0; i < count; i++) {
        byte[] text = new byte[random.nextInt(1 << random.nextInt(12))];
        random.nextBytes(text);
        event.bytes(text, i);
        byte[] any = new byte[random.nextInt(100)];
        random.nextBytes(any);
        int cut = any.length == 0 ? 0 : random.nextInt(any.length);
        event.get().fields().add(any, 0, cut, any, cut, any.length, random.nextBoolean());
        batch.add(event.get(), output);
      }

      ScriptedStore.verdict(output, Parcel.of(batch));

      var read = ExportLogsServiceRequest.parseFrom(store.received().body());
      assertThat(read.getResourceLogs(0).getScopeLogs(0).getLogRecordsCount())
          .as("seed %d", seed)
          .isEqualTo(count);
    }
  }

  private static List<String> bodies(Received request) throws Exception {
    return ExportLogsServiceRequest.parseFrom(request.body()).getResourceLogsList().stream()
        .map(logs ->
            String.join(
                " ",
                logs.getScopeLogs(0).getLogRecordsList().stream()
                    .map(record -> record.getBody().getStringValue())
                    .toList()))
        .toList();
  }

  private static ScopeLogs.Builder scope(LogRecord.Builder record) {
    return ScopeLogs.newBuilder()
        .setScope(InstrumentationScope.newBuilder().setName("io.containerpatterns.logshipper"))
        .addLogRecords(record);
  }

  private static KeyValue.Builder attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value);
  }

  private static AnyValue.Builder text(String text) {
    return AnyValue.newBuilder().setStringValue(text);
  }

  private static AnyValue.Builder whole(long number) {
    return AnyValue.newBuilder().setIntValue(number);
  }

  private static AnyValue.Builder number(double number) {
    return AnyValue.newBuilder().setDoubleValue(number);
  }

  private static AnyValue.Builder yes() {
    return AnyValue.newBuilder().setBoolValue(true);
  }

  private static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }
}
