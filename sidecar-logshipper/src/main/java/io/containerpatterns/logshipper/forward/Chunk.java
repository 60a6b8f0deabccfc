package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Letter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A parcel as one message (forward protocol v1, "PackedForward Mode" and "CompressedPackedForward
 * Mode"): {@code [tag, bin(entries), {"size":n,"chunk":"id","compressed":"gzip"}]}. Confined to the
 * output's thread.
 */
final class Chunk {
  private static final int ID_BYTES = 16;

  private final String tag;
  private final boolean gzip;
  private final MessageDigest digest;
  private final Sink whence = new Sink(1 << 12);

  Chunk(ForwardTarget target) {
    tag = target.tag();
    gzip = target.gzip();
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /** The message that gives the peer these items. */
  Letter letter(Parcel parcel, Consumer<Verdict> verdict) {
    String id = id(parcel);
    var letter = new Letter(id, verdict);
    Sink head = new Sink(tag.length() + 16);
    Msgpack.arrayHead(3, head);
    Msgpack.text(tag, head);
    if (gzip) {
      byte[] small = small(parcel);
      Msgpack.binaryHead(small.length, head);
      letter.add(head.array(), 0, head.length()).add(small, 0, small.length);
    } else {
      Msgpack.binaryHead(parcel.bytes(), head);
      letter.add(head.array(), 0, head.length()).add(parcel);
    }
    Sink option = option(parcel.count(), id);
    return letter.add(option.array(), 0, option.length());
  }

  private Sink option(int size, String id) {
    var option = new Sink(64);
    Msgpack.mapHead(gzip ? 3 : 2, option);
    Msgpack.text("size", option);
    Msgpack.integer(size, option);
    Msgpack.text("chunk", option);
    Msgpack.text(id, option);
    if (gzip) {
      Msgpack.text("compressed", option);
      Msgpack.text("gzip", option);
    }
    return option;
  }

  /**
   * The name of these items, the same whenever they are sent: where each lies, and when it
   * happened, by which a file differs from the one that had its name before.
   */
  private String id(Parcel parcel) {
    Batch batch = parcel.batch();
    whence.cutTo(0);
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      if (place == 0 || batch.origin(item) != batch.origin(parcel.item(place - 1))) {
        whence.put(batch.origin(item).path().getBytes(StandardCharsets.UTF_8));
        whence.put(0);
      }
      Msgpack.integer(batch.offset(item), whence);
      Msgpack.integer(batch.length(item), whence);
      Msgpack.integer(batch.seconds(item), whence);
      Msgpack.integer(batch.nanos(item), whence);
    }
    digest.update(whence.array(), 0, whence.length());
    byte[] hash = digest.digest();
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(hash, ID_BYTES));
  }

  private static byte[] small(Parcel parcel) {
    var small = new ByteArrayOutputStream(Math.max(64, parcel.bytes() / 4));
    Batch batch = parcel.batch();
    try (var coding = new Quick(small)) {
      for (int place = 0; place < parcel.count(); place++) {
        int item = parcel.item(place);
        coding.write(batch.array(), batch.start(item), batch.end(item) - batch.start(item));
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory takes everything", impossible);
    }
    return small.toByteArray();
  }

  /** gzip at the quickest level: the next ones gain some per cent and cost twice the time. */
  private static final class Quick extends GZIPOutputStream {
    Quick(OutputStream to) throws IOException {
      super(to, 8 << 10);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
