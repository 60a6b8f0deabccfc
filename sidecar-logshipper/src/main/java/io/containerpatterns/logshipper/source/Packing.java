package io.containerpatterns.logshipper.source;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** How a rotated log file was compressed. Its name says so, as logrotate, gzip and zstd give it. */
enum Packing {
  /** RFC 1952; several members one after the other are one file. */
  GZIP(".gz"),
  /** RFC 8878; several frames one after the other are one file. */
  ZSTD(".zst");

  /** What RFC 8878, 3.1.1.1.2 recommends to support at least: 8 MiB. */
  private static final int WINDOW_LOG_MAX = 23;

  private static final int BUFFER = 16 << 10;

  private final String ending;

  Packing(String ending) {
    this.ending = ending;
  }

  /** That of the file, or null when it is not compressed. */
  static @Nullable Packing of(Path path) {
    String name = String.valueOf(path.getFileName());
    for (Packing packing : values()) {
      if (name.endsWith(packing.ending)) {
        return packing;
      }
    }
    return null;
  }

  /** The name that the file had before. */
  String without(String path) {
    return path.substring(0, path.length() - ending.length());
  }

  /**
   * What is in it.
   *
   * @throws IOException also when there is no zstd on this machine
   */
  InputStream open(InputStream packed) throws IOException {
    try {
      return this == GZIP
          ? new GZIPInputStream(packed, BUFFER)
          : new ZstdInputStreamNoFinalizer(packed).setLongMax(WINDOW_LOG_MAX);
    } catch (LinkageError e) {
      throw new IOException("zstd's library cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** Whether this was said of what is in the file, and not of the way to it. */
  static boolean isFault(IOException e) {
    return e instanceof ZipException || e instanceof EOFException || e instanceof ZstdIOException;
  }
}
