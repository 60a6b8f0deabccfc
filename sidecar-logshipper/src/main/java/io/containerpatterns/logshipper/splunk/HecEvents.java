package io.containerpatterns.logshipper.splunk;

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
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Events for the HTTP Event Collector (Splunk, "Format events for HTTP Event Collector"), one
 * object each, end to end:
 *
 * <pre>
 *   {"time":1764077352.983,"source":"/logs/app.log","host":"…","sourcetype":"…","index":"…",
 *    "event":"the text","fields":{"app":"shop","offset":1234,"level":"info","user":"7"}}
 * </pre>
 *
 * Fields are flat there, so objects and lists are text. A blank text is refused by itself; such an
 * event is an object, which is not blank.
 */
public final class HecEvents implements Dialect {
  private static final byte[] TIME = ascii("{\"time\":");
  private static final byte[] EVENT = ascii(",\"event\":");
  private static final byte[] BLANK = ascii("{\"message\":");
  private static final byte[] FIELDS = ascii(",\"fields\":{\"offset\":");
  private static final byte[] LEVEL = ascii(",\"level\":\"");
  private static final byte[] UNPARSED = ascii(",\"unparsed\":\"true\"");
  private static final byte[] PIECE = ascii(",\"piece\":\"true\"");
  private static final byte[] RAW = ascii(",\"raw\":\"");
  private static final byte[] END = ascii("}\n");

  private static final List<String> HOST_LABELS = List.of("host", "node", "pod");
  private static final int MILLION = 1_000_000;
  private static final long SECONDS_MAX = 253_402_300_799L; // the year 9999

  private final HecSettings settings;
  private final InstantSource clock;
  private final PlainText value = new PlainText();
  private final WeakHashMap<Origin, Members> known = new WeakHashMap<>();

  /**
   * What is the same for all events of a file.
   *
   * @param metadata before the event
   * @param labels among its fields
   */
  private record Members(byte[] metadata, byte[] labels) {}

  /** For one output. */
  public HecEvents(HecSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String path() {
    return "/services/collector/event";
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public void encode(Event event, Sink to) {
    Members members = membersOf(event.origin());
    to.put(TIME);
    time(event, to);
    to.put(members.metadata);
    to.put(EVENT);
    boolean blank = isBlank(event);
    if (blank) {
      to.put(BLANK);
    }
    int invalid = JsonString.write(event.bytes(), event.start(), event.end(), to);
    if (blank) {
      to.put('}');
    }
    if (settings.fields()) {
      fields(event, members, invalid > 0, to);
    }
    to.put(END);
  }

  /** Seconds, with 3, 6 or 9 digits behind the point. */
  private static void time(Event event, Sink to) {
    to.putDecimal(Math.clamp(event.seconds(), 0, SECONDS_MAX));
    int nanos = event.nanos();
    int digits = nanos % MILLION == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
    int rest = digits == 3 ? nanos / MILLION : digits == 6 ? nanos / 1_000 : nanos;
    byte[] target = to.room(digits + 1);
    int at = to.length();
    target[at] = '.';
    for (int i = at + digits; i > at; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    to.wrote(digits + 1);
  }

  private static boolean isBlank(Event event) {
    for (int i = event.start(); i < event.end(); i++) {
      int b = event.bytes()[i];
      if (b < 0 || b > ' ') {
        return false;
      }
    }
    return true;
  }

  private void fields(Event event, Members members, boolean invalid, Sink to) {
    to.put(FIELDS);
    to.putDecimal(event.offset());
    if (event.severity() != Severity.NONE) {
      to.put(LEVEL);
      to.put(event.severity().word());
      to.put('"');
    }
    to.put(members.labels);
    Fields fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      field(fields, i, to);
    }
    if (event.isUnparsed()) {
      to.put(UNPARSED);
    }
    if (event.isPiece()) {
      to.put(PIECE);
    }
    if (invalid) {
      to.put(RAW);
      Base64Text.PADDED.write(event.bytes(), event.start(), event.end(), to);
      to.put('"');
    }
    to.put('}');
  }

  private void field(Fields fields, int index, Sink to) {
    to.put(',');
    JsonString.write(fields.nameBytes(index), fields.nameStart(index), fields.nameEnd(index), to);
    to.put(':');
    byte[] bytes = fields.valueBytes(index);
    int start = fields.valueStart(index);
    int end = fields.valueEnd(index);
    boolean json = fields.isJson(index);
    if (json
        && start < end
        && (bytes[start] == '-' || bytes[start] >= '0' && bytes[start] <= '9')) {
      to.put(bytes, start, end); // A number.
      return;
    }
    value.read(bytes, start, end, json);
    JsonString.write(value.bytes(), value.start(), value.end(), to);
  }

  private Members membersOf(Origin origin) {
    Members members = known.get(origin);
    if (members == null) {
      members = made(origin);
      known.put(origin, members);
    }
    return members;
  }

  private Members made(Origin origin) {
    var metadata = new Sink(128);
    member("source", origin.path(), metadata);
    host(origin).ifPresent(host -> member("host", host, metadata));
    settings.sourcetype().ifPresent(type -> member("sourcetype", type, metadata));
    settings.index().ifPresent(index -> member("index", index, metadata));
    var labels = new Sink(128);
    for (Origin.Label label : origin.labels()) {
      member(label.name(), label.value(), labels);
    }
    return new Members(copy(metadata), copy(labels));
  }

  private Optional<String> host(Origin origin) {
    if (settings.host().isPresent()) {
      return settings.host();
    }
    return HOST_LABELS.stream()
        .flatMap(name -> origin.labels().stream().filter(label -> label.name().equals(name)))
        .map(Origin.Label::value)
        .findFirst();
  }

  private static void member(String name, String text, Sink to) {
    to.put(',');
    string(name, to);
    to.put(':');
    string(text, to);
  }

  private static void string(String text, Sink to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonString.write(bytes, 0, bytes.length, to);
  }

  private static byte[] copy(Sink of) {
    return Arrays.copyOf(of.array(), of.length());
  }

  @Override
  public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return HecAnswer.read(answer).verdict(answer, parcel, clock);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
