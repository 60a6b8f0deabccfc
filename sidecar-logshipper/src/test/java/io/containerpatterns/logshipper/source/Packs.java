package io.containerpatterns.logshipper.source;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Compressed log files. */
final class Packs {
  private Packs() {}

  static String ending(Packing packing) {
    return packing == Packing.GZIP ? ".gz" : ".zst";
  }

  static byte[] pack(Packing packing, byte[] text) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out =
        packing == Packing.GZIP
            ? new GZIPOutputStream(packed)
            : new ZstdOutputStream(packed).setChecksum(true)) {
      out.write(text);
    }
    return packed.toByteArray();
  }

  static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** Lines of about so many bytes together, none like another. */
  static byte[] text(SplittableRandom random, int length) {
    var text = new StringBuilder();
    for (int line = 0; text.length() < length; line++) {
      text.append("line ")
          .append(line)
          .append(' ')
          .append(Long.toHexString(random.nextLong()))
          .append(" accepted\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
