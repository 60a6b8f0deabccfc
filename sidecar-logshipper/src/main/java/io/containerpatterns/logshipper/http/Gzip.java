package io.containerpatterns.logshipper.http;

import io.containerpatterns.logshipper.encode.Sink;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * gzip (RFC 1952) at the quickest level: for logs the next ones gain some per cent of size and cost
 * twice the time.
 */
final class Gzip implements Coding {
  private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 255};
  private static final int TAIL = 8;
  private static final int STEP = 16 << 10;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 sum = new CRC32();

  @Override
  public String name() {
    return "gzip";
  }

  @Override
  public void code(byte[] from, int start, int end, Sink to) {
    to.put(HEAD);
    deflater.reset();
    deflater.setInput(from, start, end - start);
    deflater.finish();
    while (!deflater.finished()) {
      byte[] target = to.room(STEP);
      to.wrote(deflater.deflate(target, to.length(), target.length - to.length()));
    }
    sum.reset();
    sum.update(from, start, end - start);
    byte[] target = to.room(TAIL);
    int at = to.length();
    for (int i = 0; i < Integer.BYTES; i++) {
      target[at + i] = (byte) (sum.getValue() >>> 8 * i);
      target[at + Integer.BYTES + i] = (byte) (end - start >>> 8 * i);
    }
    to.wrote(TAIL);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
