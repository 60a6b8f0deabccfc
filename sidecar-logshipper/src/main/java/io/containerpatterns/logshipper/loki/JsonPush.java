package io.containerpatterns.logshipper.loki;

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
import java.util.Map;
import java.util.Optional;

/**
 * Loki's push in JSON, for gateways that want to read it (Loki HTTP API, "Ingest logs"):
 *
 * <pre>
 *   {"streams":[{"stream":{"app":"shop"},"values":[
 *     ["1764077352983000000","the line",{"level":"info","offset":"1234"}],…]}]}
 * </pre>
 *
 * An item is one of the values.
 */
public final class JsonPush implements Dialect {
  private static final byte[] STREAMS = ascii("{\"streams\":[");
  private static final byte[] STREAM = ascii("{\"stream\":");
  private static final byte[] VALUES = ascii(",\"values\":[");
  private static final byte[] STREAM_END = ascii("]}");
  private static final byte[] STREAMS_END = ascii("]}");

  private static final byte[] TIME = ascii("[\"");
  private static final byte[] LINE = ascii("\",");
  private static final byte[] OFFSET = ascii(",{\"offset\":\"");
  private static final byte[] LEVEL = ascii("\",\"level\":\"");
  private static final byte[] UNPARSED = ascii(",\"unparsed\":\"true\"");
  private static final byte[] PIECE = ascii(",\"piece\":\"true\"");
  private static final byte[] RAW = ascii(",\"raw\":\"");
  private static final byte[] FIELD = ascii(",\"");
  private static final byte[] VALUE = ascii("\":");

  private final PushSettings settings;
  private final InstantSource clock;
  private final StreamLabels labels = StreamLabels.json();
  private final PlainText value = new PlainText();

  /** For one output. */
  public JsonPush(PushSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String path() {
    return PushSettings.PATH;
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
  public Map<String, String> headers(Parcel parcel) {
    return settings.headers();
  }

  @Override
  public int answerBytesMax() {
    return PushAnswer.BYTES_MAX;
  }

  @Override
  public void encode(Event event, Sink to) {
    to.put(TIME);
    to.putDecimal(Stamp.of(event));
    to.put(LINE);
    int invalid = JsonString.write(event.bytes(), event.start(), event.end(), to);
    if (settings.metadata()) {
      metadata(event, invalid > 0, to);
    }
    to.put(']');
  }

  private void metadata(Event event, boolean invalid, Sink to) {
    to.put(OFFSET);
    to.putDecimal(event.offset());
    if (event.severity() != Severity.NONE) {
      to.put(LEVEL);
      to.put(event.severity().word());
    }
    to.put('"');
    Fields fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      to.put(FIELD);
      MetadataName.write(fields.nameBytes(i), fields.nameStart(i), fields.nameEnd(i), to);
      to.put(VALUE);
      value.read(fields.valueBytes(i), fields.valueStart(i), fields.valueEnd(i), fields.isJson(i));
      JsonString.write(value.bytes(), value.start(), value.end(), to);
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

  @Override
  public void frame(Parcel parcel, Sink to) {
    to.put(STREAMS);
    Origin open = null;
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      Origin origin = parcel.batch().origin(item);
      if (origin == open) {
        to.put(',');
      } else {
        if (open != null) {
          to.put(STREAM_END);
          to.put(',');
        }
        to.put(STREAM);
        to.put(labels.of(origin));
        to.put(VALUES);
        open = origin;
      }
      to.put(parcel.batch().array(), parcel.batch().start(item), parcel.batch().end(item));
    }
    to.put(STREAM_END);
    to.put(STREAMS_END);
  }

  @Override
  public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return PushAnswer.verdict(answer, parcel, clock);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
