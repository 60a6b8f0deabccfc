package io.containerpatterns.logshipper.http;

import com.github.luben.zstd.ZstdCompressCtx;
import io.containerpatterns.logshipper.encode.Sink;

/**
 * zstd (RFC 8878) at level 1: the next ones gain a few per cent of size and cost half as much time
 * again. The window is no larger than 512 KiB, far within what every receiver must have for it (8
 * MB, RFC 9659).
 */
final class Zstd implements Coding {
  private static final int LEVEL = 1;
  private static final int WINDOW_LOG = 19;

  private final ZstdCompressCtx context =
      new ZstdCompressCtx().setLevel(LEVEL).setWindowLog(WINDOW_LOG).setChecksum(true);
  // A body may need more room than what it is made of, and is a tenth of it. This room is there
  // once, and each body is as large as it is.
  private final Sink room = new Sink(0);

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public void code(byte[] from, int start, int end, Sink to) {
    byte[] target = room.room(bound(end - start));
    int length = context.compressByteArray(target, 0, target.length, from, start, end - start);
    to.put(target, 0, length);
  }

  /** How long a frame of so many bytes can be. */
  private static int bound(int length) {
    return Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(length));
  }

  @Override
  public void close() {
    context.close();
  }
}
