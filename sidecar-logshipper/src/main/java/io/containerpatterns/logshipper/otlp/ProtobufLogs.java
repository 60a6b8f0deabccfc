package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.PlainText;
import io.containerpatterns.logshipper.encode.Protobuf;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.http.Dialect;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Logs of OTLP in protobuf (opentelemetry/proto/logs/v1/logs.proto).
 *
 * <pre>
 *   ExportLogsServiceRequest
 *     1 ResourceLogs: 1 Resource: 1 attributes
 *                     2 ScopeLogs: 1 scope
 *                                  2 LogRecord: 1 time, 11 observed time, 2, 3 severity, 5 body,
 *                                               6 attributes, 9 trace, 10 span
 * </pre>
 *
 * An item is a record as it stands in its ScopeLogs. Items of one file in a row share a
 * ResourceLogs; the specification allows a resource to come several times.
 */
public final class ProtobufLogs implements Dialect {
  private static final int RESOURCE_LOGS = 1;
  private static final int RESOURCE = 1;
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final int SCOPE_LOGS = 2;
  private static final int SCOPE = 1;
  private static final int SCOPE_NAME = 1;
  private static final int LOG_RECORDS = 2;

  private static final int TIME = 1;
  private static final int SEVERITY_NUMBER = 2;
  private static final int SEVERITY_TEXT = 3;
  private static final int BODY = 5;
  private static final int ATTRIBUTES = 6;
  private static final int TRACE_ID = 9;
  private static final int SPAN_ID = 10;
  private static final int OBSERVED_TIME = 11;

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private static final int STRING_VALUE = 1;
  private static final int BOOL_VALUE = 2;
  private static final int INT_VALUE = 3;
  private static final int DOUBLE_VALUE = 4;
  private static final int BYTES_VALUE = 7;

  private static final byte[] OFFSET = ascii("log.file.record_offset");
  private static final byte[] UNPARSED = ascii("unparsed");
  private static final byte[] PIECE = ascii("piece");
  private static final byte[] RAW = ascii("raw");

  private static final int RECORD_HEAD = 80; // times, severity, offset
  private static final int FIELD_EXPECTED = 30;
  private static final int VALUE_HEAD = 6;

  private final ExportRules rules;
  private final TraceFields traces = new TraceFields();
  private final AttributeValue value = new AttributeValue();
  private final WeakHashMap<Origin, Head> heads = new WeakHashMap<>();

  /**
   * What is the same for all records of a file.
   *
   * @param resource in front of the records: the resource as it stands in its ResourceLogs
   * @param scope the scope as it stands in its ScopeLogs
   * @param path the attribute of a record that names the file
   */
  private record Head(byte[] resource, byte[] scope, byte[] path) {}

  /** For one output. */
  public ProtobufLogs(ExportRules rules) {
    this.rules = rules;
  }

  @Override
  public String path() {
    return ExportRules.PATH;
  }

  @Override
  public String contentType() {
    return "application/x-protobuf";
  }

  @Override
  public boolean isItems() {
    return false;
  }

  @Override
  public int answerBytesMax() {
    return ExportRules.ANSWER_BYTES_MAX;
  }

  @Override
  public void encode(Event event, Sink to) {
    int text = event.end() - event.start();
    Fields fields = event.fields();
    byte[] path = head(event.origin()).path;
    int expected = text + RECORD_HEAD + path.length + FIELD_EXPECTED * fields.count();
    long open = Protobuf.open(LOG_RECORDS, expected, to);
    if (event.isTimed()) {
      Protobuf.fixed64(TIME, ExportRules.nanos(event), to);
    }
    if (event.severity() != Severity.NONE) {
      Protobuf.number(SEVERITY_NUMBER, event.severity().otlp(), to);
      Protobuf.bytes(SEVERITY_TEXT, event.severity().word(), to);
    }
    long body = Protobuf.open(BODY, text + VALUE_HEAD, to);
    int invalid = Protobuf.text(STRING_VALUE, event.bytes(), event.start(), event.end(), to);
    Protobuf.close(body, to);
    to.put(path);
    number(OFFSET, event.offset(), to);
    if (fields.count() > 0) {
      fields(fields, to);
    }
    if (event.isUnparsed()) {
      yes(UNPARSED, to);
    }
    if (event.isPiece()) {
      yes(PIECE, to);
    }
    if (invalid > 0) {
      raw(event, to);
    }
    Protobuf.fixed64(OBSERVED_TIME, rules.observedNanos(event), to);
    Protobuf.close(open, to);
  }

  private void fields(Fields fields, Sink to) {
    traces.find(fields);
    for (int i = 0; i < fields.count(); i++) {
      if (i == traces.trace()) {
        id(TRACE_ID, fields, i, to);
      } else if (i == traces.span()) {
        id(SPAN_ID, fields, i, to);
      } else {
        field(fields, i, to);
      }
    }
  }

  private void field(Fields fields, int index, Sink to) {
    value.read(fields, index);
    PlainText text = value.text();
    int name = fields.nameEnd(index) - fields.nameStart(index);
    int length = text.end() - text.start();
    long attribute = Protobuf.open(ATTRIBUTES, name + length + 2 * VALUE_HEAD, to);
    Protobuf.text(KEY, fields.nameBytes(index), fields.nameStart(index), fields.nameEnd(index), to);
    long open = Protobuf.open(VALUE, length + 2, to);
    switch (value.kind()) {
      case TEXT -> Protobuf.text(STRING_VALUE, text.bytes(), text.start(), text.end(), to);
      case BOOL -> Protobuf.number(BOOL_VALUE, value.whole(), to);
      case INT -> Protobuf.number(INT_VALUE, value.whole(), to);
      case DOUBLE -> Protobuf.fixed64(DOUBLE_VALUE, Double.doubleToRawLongBits(value.number()), to);
      case NOTHING -> {}
    }
    Protobuf.close(open, to);
    Protobuf.close(attribute, to);
  }

  private static void id(int field, Fields fields, int index, Sink to) {
    int start = Hex.start(fields, index);
    int end = Hex.end(fields, index);
    byte[] digits = fields.valueBytes(index);
    Protobuf.head(field, (end - start) / 2, to);
    for (int i = start; i < end; i += 2) {
      to.put(Character.digit(digits[i], 16) << 4 | Character.digit(digits[i + 1], 16));
    }
  }

  private static void number(byte[] key, long number, Sink to) {
    attribute(key, 1 + Protobuf.varintLength(number), to);
    Protobuf.number(INT_VALUE, number, to);
  }

  private static void yes(byte[] key, Sink to) {
    attribute(key, 2, to);
    Protobuf.number(BOOL_VALUE, 1, to);
  }

  private static void raw(Event event, Sink to) {
    int length = event.end() - event.start();
    attribute(RAW, Protobuf.headLength(BYTES_VALUE, length) + length, to);
    Protobuf.bytes(BYTES_VALUE, event.bytes(), event.start(), event.end(), to);
  }

  /** Everything of an attribute but its value, which follows and has so many bytes. */
  private static void attribute(byte[] key, int valueLength, Sink to) {
    int length =
        Protobuf.headLength(KEY, key.length)
            + key.length
            + Protobuf.headLength(VALUE, valueLength)
            + valueLength;
    Protobuf.head(ATTRIBUTES, length, to);
    Protobuf.bytes(KEY, key, to);
    Protobuf.head(VALUE, valueLength, to);
  }

  @Override
  public void frame(Parcel parcel, Sink to) {
    for (int place = 0; place < parcel.count(); ) {
      place = resourceLogs(parcel, place, to);
    }
  }

  /**
   * Appends the items of one file that begin at {@code from}, and returns the place behind them.
   */
  private int resourceLogs(Parcel parcel, int from, Sink to) {
    Origin origin = parcel.batch().origin(parcel.item(from));
    int behind = from;
    int records = 0;
    while (behind < parcel.count() && parcel.batch().origin(parcel.item(behind)) == origin) {
      int item = parcel.item(behind++);
      records += parcel.batch().end(item) - parcel.batch().start(item);
    }
    Head head = head(origin);
    int scopeLogs = head.scope.length + records;
    Protobuf.head(
        RESOURCE_LOGS,
        head.resource.length + Protobuf.headLength(SCOPE_LOGS, scopeLogs) + scopeLogs,
        to);
    to.put(head.resource);
    Protobuf.head(SCOPE_LOGS, scopeLogs, to);
    to.put(head.scope);
    for (int place = from; place < behind; place++) {
      int item = parcel.item(place);
      to.put(parcel.batch().array(), parcel.batch().start(item), parcel.batch().end(item));
    }
    return behind;
  }

  private Head head(Origin origin) {
    Head head = heads.get(origin);
    if (head == null) {
      head = made(origin);
      heads.put(origin, head);
    }
    return head;
  }

  private static Head made(Origin origin) {
    var resource = new Sink(256);
    long open = Protobuf.open(RESOURCE, 0, resource);
    for (Map.Entry<String, String> attribute : ResourceAttributes.of(origin).entrySet()) {
      string(RESOURCE_ATTRIBUTES, attribute.getKey(), attribute.getValue(), resource);
    }
    Protobuf.close(open, resource);
    var scope = new Sink(64);
    long scopeOpen = Protobuf.open(SCOPE, 0, scope);
    Protobuf.bytes(SCOPE_NAME, ExportRules.SCOPE.getBytes(StandardCharsets.UTF_8), scope);
    Protobuf.close(scopeOpen, scope);
    var path = new Sink(64);
    string(ATTRIBUTES, ExportRules.FILE_PATH, origin.path(), path);
    return new Head(copy(resource), copy(scope), copy(path));
  }

  private static void string(int field, String key, String value, Sink to) {
    long attribute = Protobuf.open(field, 0, to);
    Protobuf.bytes(KEY, key.getBytes(StandardCharsets.UTF_8), to);
    long open = Protobuf.open(VALUE, 0, to);
    Protobuf.bytes(STRING_VALUE, value.getBytes(StandardCharsets.UTF_8), to);
    Protobuf.close(open, to);
    Protobuf.close(attribute, to);
  }

  private static byte[] copy(Sink of) {
    return Arrays.copyOf(of.array(), of.length());
  }

  @Override
  public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return rules.verdict(answer, parcel);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
