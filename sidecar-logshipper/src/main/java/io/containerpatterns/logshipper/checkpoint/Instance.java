package io.containerpatterns.logshipper.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Who this state directory is: 64 random bits in the file {@code instance}, 16 hexadecimal digits.
 * Together with the number of a file they name its content among all contents of all shippers.
 */
public final class Instance {
  private static final String NAME = "instance";
  private static final int DIGITS = 16;

  private Instance() {}

  /**
   * What the directory says, or what is written there now.
   *
   * @throws IOException when it can neither be read nor written
   */
  public static long of(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      String text = Files.readString(file).strip();
      if (text.length() == DIGITS) {
        return HexFormat.fromHexDigitsToLong(text);
      }
    } catch (NoSuchFileException first) {
      // Written below, as is one that a crash has cut.
    } catch (IllegalArgumentException damaged) {
      // Another one costs duplicates only.
    }
    return written(file, new SecureRandom().nextLong());
  }

  private static long written(Path file, long instance) throws IOException {
    Path next = file.resolveSibling(NAME + ".new");
    byte[] text = (HexFormat.of().toHexDigits(instance) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text));
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return instance;
  }

  /** The name of the content that has this number here (the finalizer of SplitMix64). */
  public static long generation(long instance, long number) {
    long mixed = instance + number * 0x9e37_79b9_7f4a_7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ (mixed >>> 31);
  }
}
