package io.containerpatterns.logshipper.encode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * What a process leaves at the end of a file of lines when it is killed in the middle of one. The
 * next line must not become its rest.
 */
public final class HalfLine {
  private HalfLine() {}

  /**
   * Ends the last line of {@code file} if it has no end, and returns where the next one begins.
   *
   * @param file open for reading and writing
   */
  public static long end(FileChannel file) throws IOException {
    long length = file.size();
    if (length == 0) {
      return 0;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    file.read(last, length - 1);
    if (last.get(0) == '\n') {
      return length;
    }
    return length + file.write(ByteBuffer.wrap(new byte[] {'\n'}), length);
  }
}
