package io.containerpatterns.logshipper.forward;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.encode.Utf8;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Letter;
import io.containerpatterns.logshipper.wire.Link;
import io.containerpatterns.logshipper.wire.PerOrigin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;

/**
 * Sends parcels as chunks of the forward protocol v1 over one connection, several under way at
 * once. An item is what {@link io.containerpatterns.logshipper.output.JsonEvent} is as JSON:
 *
 * <pre>
 *   [EventTime, {"message":"…","level":"info","file":"/logs/app.log","app":"shop","offset":1234,
 *                "fields":{"user":7},"unparsed":true,"piece":true,"raw":"…"}]
 * </pre>
 *
 * A parcel is taken when the peer has answered with the id of its chunk. The id is made of where
 * the events come from, so that the same items sent again are the same chunk to whoever compares.
 * An answer that does not come in time, that is none, or that names a chunk which is not under way,
 * ends the connection, and all that is not acknowledged is to be sent again.
 */
public final class ForwardOutput implements Output {
  private static final byte[] MESSAGE = text("message");
  private static final byte[] LEVEL = text("level");
  private static final byte[] OFFSET = text("offset");
  private static final byte[] FIELDS = text("fields");
  private static final byte[] UNPARSED = text("unparsed");
  private static final byte[] PIECE = text("piece");
  private static final byte[] RAW = text("raw");

  private final JsonToMsgpack json = new JsonToMsgpack();
  private final PerOrigin origins = new PerOrigin(ForwardOutput::members);
  private final Chunk chunks;
  private final Link link;

  /** Not connected yet; the first parcel does that. */
  public ForwardOutput(ForwardTarget target, EventLoops loops, Network network, Ticker ticker) {
    chunks = new Chunk(target);
    link =
        new Link(
            target.peer(),
            loops,
            network,
            ticker,
            () -> new Acknowledgements(Handshake.of(target.hello())));
  }

  @Override
  public void encode(Event event, Sink to) {
    boolean isUtf8 = Utf8.invalid(event.bytes(), event.start(), event.end()) == 0;
    boolean leveled = event.severity() != Severity.NONE;
    int fields = event.fields().count();
    to.put(0x92); // an array of two
    Msgpack.eventTime(event.seconds(), event.nanos(), to);
    // message, file and offset are in each.
    Msgpack.mapHead(
        3
            + event.origin().labels().size()
            + one(leveled)
            + one(fields > 0)
            + one(event.isUnparsed())
            + one(event.isPiece())
            + one(!isUtf8),
        to);
    to.put(MESSAGE);
    if (isUtf8) {
      Msgpack.textHead(event.end() - event.start(), to);
      to.put(event.bytes(), event.start(), event.end());
    } else {
      Msgpack.text(event.bytes(), event.start(), event.end(), to);
    }
    if (leveled) {
      to.put(LEVEL);
      Msgpack.text(event.severity().word(), to);
    }
    to.put(origins.of(event.origin()));
    to.put(OFFSET);
    Msgpack.integer(event.offset(), to);
    if (fields > 0) {
      fields(event.fields(), to);
    }
    if (event.isUnparsed()) {
      to.put(UNPARSED);
      Msgpack.bool(true, to);
    }
    if (event.isPiece()) {
      to.put(PIECE);
      Msgpack.bool(true, to);
    }
    if (!isUtf8) {
      raw(event, to);
    }
  }

  private void fields(Fields fields, Sink to) {
    to.put(FIELDS);
    Msgpack.mapHead(fields.count(), to);
    for (int i = 0; i < fields.count(); i++) {
      Msgpack.text(fields.nameBytes(i), fields.nameStart(i), fields.nameEnd(i), to);
      byte[] value = fields.valueBytes(i);
      if (fields.isJson(i)) {
        json.write(value, fields.valueStart(i), fields.valueEnd(i), to);
      } else {
        Msgpack.text(value, fields.valueStart(i), fields.valueEnd(i), to);
      }
    }
  }

  private static void raw(Event event, Sink to) {
    byte[] bytes = Arrays.copyOfRange(event.bytes(), event.start(), event.end());
    to.put(RAW);
    Msgpack.text(Base64.getEncoder().encode(bytes), to);
  }

  /** What is the same in all events of a file: its name and labels, without a head. */
  private static byte[] members(Origin of) {
    var members = new Sink(128);
    Msgpack.text("file", members);
    Msgpack.text(of.path(), members);
    for (Origin.Label label : of.labels()) {
      Msgpack.text(label.name(), members);
      Msgpack.text(label.value(), members);
    }
    return Arrays.copyOf(members.array(), members.length());
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    Letter letter = chunks.letter(parcel, verdict);
    link.send(letter);
  }

  @Override
  public void close() {
    link.close();
  }

  private static int one(boolean there) {
    return there ? 1 : 0;
  }

  private static byte[] text(String text) {
    var sink = new Sink(16);
    Msgpack.text(text.getBytes(StandardCharsets.UTF_8), sink);
    return Arrays.copyOf(sink.array(), sink.length());
  }
}
