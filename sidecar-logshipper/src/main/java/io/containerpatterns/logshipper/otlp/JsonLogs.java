package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.Base64Text;
import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.PlainText;
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
 * Logs of OTLP in JSON: names in lowerCamelCase, ids in hexadecimal, numbers of 64 bits as strings.
 *
 * <pre>
 *   {"resourceLogs":[{"resource":{"attributes":[…]},
 *     "scopeLogs":[{"scope":{"name":"…"},"logRecords":[
 *       {"timeUnixNano":"…","observedTimeUnixNano":"…","severityNumber":9,"severityText":"info",
 *        "body":{"stringValue":"…"},
 *        "attributes":[{"key":"log.file.path","value":{"stringValue":"…"}}]}
 *     ]}]}]}
 * </pre>
 *
 * An item is one of the records.
 */
public final class JsonLogs implements Dialect {
  private static final byte[] OPEN = ascii("{\"resourceLogs\":[");
  private static final byte[] CLOSE = ascii("]}");
  private static final byte[] RESOURCE_END = ascii("]}]}");

  private static final byte[] OBSERVED = ascii("{\"observedTimeUnixNano\":\"");
  private static final byte[] TIME = ascii("\",\"timeUnixNano\":\"");
  private static final byte[] SEVERITY_NUMBER = ascii("\",\"severityNumber\":");
  private static final byte[] SEVERITY_TEXT = ascii(",\"severityText\":\"");
  private static final byte[] BODY = ascii("\",\"body\":{\"stringValue\":");
  private static final byte[] TRACE_ID = ascii(",\"traceId\":\"");
  private static final byte[] SPAN_ID = ascii(",\"spanId\":\"");
  private static final byte[] OFFSET =
      ascii(",{\"key\":\"log.file.record_offset\",\"value\":{\"intValue\":\"");
  private static final byte[] OFFSET_END = ascii("\"}}");
  private static final byte[] KEY = ascii(",{\"key\":");
  private static final byte[] VALUE = ascii(",\"value\":{");
  private static final byte[] VALUE_END = ascii("}}");
  private static final byte[] STRING = ascii("\"stringValue\":");
  private static final byte[] BOOL = ascii("\"boolValue\":");
  private static final byte[] INT = ascii("\"intValue\":\"");
  private static final byte[] DOUBLE = ascii("\"doubleValue\":");
  private static final byte[] UNPARSED =
      ascii(",{\"key\":\"unparsed\",\"value\":{\"boolValue\":true}}");
  private static final byte[] PIECE = ascii(",{\"key\":\"piece\",\"value\":{\"boolValue\":true}}");
  private static final byte[] RAW = ascii(",{\"key\":\"raw\",\"value\":{\"bytesValue\":\"");
  private static final byte[] RAW_END = ascii("\"}}");
  private static final byte[] RECORD_END = ascii("]}");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private final ExportRules rules;
  private final TraceFields traces = new TraceFields();
  private final AttributeValue value = new AttributeValue();
  private final WeakHashMap<Origin, Head> heads = new WeakHashMap<>();

  /**
   * What is the same for all records of a file.
   *
   * @param resource everything in front of the records
   * @param path the first attribute of a record, and what stands before it
   */
  private record Head(byte[] resource, byte[] path) {}

  /** For one output. */
  public JsonLogs(ExportRules rules) {
    this.rules = rules;
  }

  @Override
  public String path() {
    return ExportRules.PATH;
  }

  @Override
  public String contentType() {
    return "application/json";
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
    to.put(OBSERVED);
    to.putDecimal(rules.observedNanos(event));
    if (event.isTimed()) {
      to.put(TIME);
      to.putDecimal(ExportRules.nanos(event));
    }
    if (event.severity() != Severity.NONE) {
      to.put(SEVERITY_NUMBER);
      to.putDecimal(event.severity().otlp());
      to.put(SEVERITY_TEXT);
      to.put(event.severity().word());
    }
    to.put(BODY);
    int invalid = JsonString.write(event.bytes(), event.start(), event.end(), to);
    to.put('}');
    Fields fields = event.fields();
    traces.find(fields);
    id(TRACE_ID, fields, traces.trace(), to);
    id(SPAN_ID, fields, traces.span(), to);
    to.put(head(event.origin()).path);
    to.put(OFFSET);
    to.putDecimal(event.offset());
    to.put(OFFSET_END);
    for (int i = 0; i < fields.count(); i++) {
      if (i != traces.trace() && i != traces.span()) {
        field(fields, i, to);
      }
    }
    if (event.isUnparsed()) {
      to.put(UNPARSED);
    }
    if (event.isPiece()) {
      to.put(PIECE);
    }
    if (invalid > 0) {
      to.put(RAW);
      Base64Text.PADDED.write(event.bytes(), event.start(), event.end(), to);
      to.put(RAW_END);
    }
    to.put(RECORD_END);
  }

  private static void id(byte[] member, Fields fields, int index, Sink to) {
    if (index != TraceFields.NONE) {
      to.put(member);
      to.put(fields.valueBytes(index), Hex.start(fields, index), Hex.end(fields, index));
      to.put('"');
    }
  }

  private void field(Fields fields, int index, Sink to) {
    to.put(KEY);
    JsonString.write(fields.nameBytes(index), fields.nameStart(index), fields.nameEnd(index), to);
    to.put(VALUE);
    value.read(fields, index);
    PlainText text = value.text();
    switch (value.kind()) {
      case TEXT -> {
        to.put(STRING);
        JsonString.write(text.bytes(), text.start(), text.end(), to);
      }
      case BOOL -> {
        to.put(BOOL);
        to.put(value.whole() == 1 ? TRUE : FALSE);
      }
      case INT -> {
        to.put(INT);
        to.putDecimal(value.whole());
        to.put('"');
      }
      case DOUBLE -> {
        to.put(DOUBLE); // As it stands: it is JSON already.
        to.put(text.bytes(), text.start(), text.end());
      }
      case NOTHING -> {}
    }
    to.put(VALUE_END);
  }

  @Override
  public void frame(Parcel parcel, Sink to) {
    to.put(OPEN);
    Origin open = null;
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      Origin origin = parcel.batch().origin(item);
      if (origin == open) {
        to.put(',');
      } else {
        if (open != null) {
          to.put(RESOURCE_END);
          to.put(',');
        }
        to.put(head(origin).resource);
        open = origin;
      }
      to.put(parcel.batch().array(), parcel.batch().start(item), parcel.batch().end(item));
    }
    to.put(RESOURCE_END);
    to.put(CLOSE);
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
    put("{\"resource\":{\"attributes\":[", resource);
    String between = "";
    for (Map.Entry<String, String> attribute : ResourceAttributes.of(origin).entrySet()) {
      put(between, resource);
      attribute(attribute.getKey(), attribute.getValue(), resource);
      between = ",";
    }
    put(
        "]},\"scopeLogs\":[{\"scope\":{\"name\":\"" + ExportRules.SCOPE + "\"},\"logRecords\":[",
        resource);
    var path = new Sink(64);
    put(",\"attributes\":[", path);
    attribute(ExportRules.FILE_PATH, origin.path(), path);
    return new Head(copy(resource), copy(path));
  }

  private static void attribute(String key, String value, Sink to) {
    put("{\"key\":", to);
    string(key, to);
    put(",\"value\":{\"stringValue\":", to);
    string(value, to);
    put("}}", to);
  }

  private static void string(String text, Sink to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonString.write(bytes, 0, bytes.length, to);
  }

  private static void put(String text, Sink to) {
    to.put(text.getBytes(StandardCharsets.UTF_8));
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
