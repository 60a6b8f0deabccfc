package io.containerpatterns.logshipper.loki;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.Base64Text;
import io.containerpatterns.logshipper.encode.PlainText;
import io.containerpatterns.logshipper.encode.Protobuf;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.encode.Snappy;
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
 * Loki's push in protobuf, compressed as one block of Snappy (grafana/loki, pkg/push/push.proto),
 * which costs Loki and us least.
 *
 * <pre>
 *   PushRequest  1 streams: 1 labels "{app=\"shop\", …}"
 *                           2 entries: 1 time: 1 seconds, 2 nanoseconds
 *                                      2 line
 *                                      3 metadata: 1 name, 2 value
 * </pre>
 *
 * An item is an entry as it stands in its stream. Items of one file in a row are one stream of the
 * request; Loki takes the same stream several times.
 */
public final class ProtobufPush implements Dialect {
  private static final int STREAMS = 1;
  private static final int LABELS = 1;
  private static final int ENTRIES = 2;
  private static final int TIME = 1;
  private static final int LINE = 2;
  private static final int METADATA = 3;
  private static final int NAME = 1;
  private static final int VALUE = 2;

  private static final int SECONDS = 1;
  private static final int NANOS = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int TIME_LENGTH = 12; // of a time between 1978 and 2106
  private static final int ENTRY_HEAD = 50; // time, level, offset
  private static final int FIELD_EXPECTED = 30;
  private static final int ROOM = 64 << 10;

  private static final byte[] LEVEL = ascii("level");
  private static final byte[] OFFSET = ascii("offset");
  private static final byte[] UNPARSED = ascii("unparsed");
  private static final byte[] PIECE = ascii("piece");
  private static final byte[] RAW = ascii("raw");
  private static final byte[] TRUE = ascii("true");

  private final PushSettings settings;
  private final InstantSource clock;
  private final StreamLabels labels = StreamLabels.selectors();
  private final Snappy snappy = new Snappy();
  private final PlainText value = new PlainText();
  private final Sink number = new Sink(20);
  private final Sink plain = new Sink(ROOM);
  private final Sink packed = new Sink(ROOM);

  /** For one output. */
  public ProtobufPush(PushSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String path() {
    return PushSettings.PATH;
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
  public boolean isCompressed() {
    return true;
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
    int text = event.end() - event.start();
    long entry =
        Protobuf.open(ENTRIES, text + ENTRY_HEAD + FIELD_EXPECTED * event.fields().count(), to);
    long stamp = Stamp.of(event);
    long time = Protobuf.open(TIME, TIME_LENGTH, to);
    Protobuf.number(SECONDS, Math.floorDiv(stamp, NANOS_PER_SECOND), to);
    Protobuf.number(NANOS, Math.floorMod(stamp, NANOS_PER_SECOND), to);
    Protobuf.close(time, to);
    int invalid = Protobuf.text(LINE, event.bytes(), event.start(), event.end(), to);
    if (settings.metadata()) {
      metadata(event, invalid > 0, to);
    }
    Protobuf.close(entry, to);
  }

  private void metadata(Event event, boolean invalid, Sink to) {
    if (event.severity() != Severity.NONE) {
      pair(LEVEL, event.severity().word(), to);
    }
    number.cutTo(0);
    number.putDecimal(event.offset());
    pair(OFFSET, number.array(), number.length(), to);
    Fields fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      field(fields, i, to);
    }
    if (event.isUnparsed()) {
      pair(UNPARSED, TRUE, to);
    }
    if (event.isPiece()) {
      pair(PIECE, TRUE, to);
    }
    if (invalid) {
      long pair = Protobuf.open(METADATA, 2 * (event.end() - event.start()), to);
      Protobuf.bytes(NAME, RAW, to);
      long raw = Protobuf.open(VALUE, 4 * (event.end() - event.start()) / 3, to);
      Base64Text.PADDED.write(event.bytes(), event.start(), event.end(), to);
      Protobuf.close(raw, to);
      Protobuf.close(pair, to);
    }
  }

  private void field(Fields fields, int index, Sink to) {
    byte[] names = fields.nameBytes(index);
    int nameStart = fields.nameStart(index);
    int nameEnd = fields.nameEnd(index);
    value.read(
        fields.valueBytes(index),
        fields.valueStart(index),
        fields.valueEnd(index),
        fields.isJson(index));
    long pair = Protobuf.open(METADATA, nameEnd - nameStart + value.end() - value.start() + 4, to);
    long name = Protobuf.open(NAME, nameEnd - nameStart, to);
    MetadataName.write(names, nameStart, nameEnd, to);
    Protobuf.close(name, to);
    Protobuf.text(VALUE, value.bytes(), value.start(), value.end(), to);
    Protobuf.close(pair, to);
  }

  private static void pair(byte[] name, byte[] value, Sink to) {
    pair(name, value, value.length, to);
  }

  private static void pair(byte[] name, byte[] value, int length, Sink to) {
    int nameLength = Protobuf.headLength(NAME, name.length) + name.length;
    Protobuf.head(METADATA, nameLength + Protobuf.headLength(VALUE, length) + length, to);
    Protobuf.bytes(NAME, name, to);
    Protobuf.bytes(VALUE, value, 0, length, to);
  }

  @Override
  public void frame(Parcel parcel, Sink to) {
    plain.cutTo(0);
    for (int place = 0; place < parcel.count(); ) {
      place = stream(parcel, place, plain);
    }
    // Not straight into the body: it would keep the room that the worst text needs, in each of
    // those
    // that are under way, for the third of it that a log takes.
    packed.cutTo(0);
    snappy.write(plain.array(), 0, plain.length(), packed);
    to.put(packed.array(), 0, packed.length());
  }

  /**
   * Appends the items of one file that begin at {@code from}, and returns the place behind them.
   */
  private int stream(Parcel parcel, int from, Sink to) {
    Origin origin = parcel.batch().origin(parcel.item(from));
    int behind = from;
    int bytes = 0;
    while (behind < parcel.count() && parcel.batch().origin(parcel.item(behind)) == origin) {
      int item = parcel.item(behind++);
      bytes += parcel.batch().end(item) - parcel.batch().start(item);
    }
    byte[] selector = labels.of(origin);
    Protobuf.head(
        STREAMS, Protobuf.headLength(LABELS, selector.length) + selector.length + bytes, to);
    Protobuf.bytes(LABELS, selector, to);
    for (int place = from; place < behind; place++) {
      int item = parcel.item(place);
      to.put(parcel.batch().array(), parcel.batch().start(item), parcel.batch().end(item));
    }
    return behind;
  }

  @Override
  public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return PushAnswer.verdict(answer, parcel, clock);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
