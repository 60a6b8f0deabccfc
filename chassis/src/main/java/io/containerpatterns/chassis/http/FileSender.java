package io.containerpatterns.chassis.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Sends a temporary file through a stream as fast as the client takes it, holding two pieces of it
 * in memory.
 */
final class FileSender {
  private static final int PIECE = 32 * 1024;

  private FileSender() {}

  /** Begins on a thread of its own; the file is gone when it ends, however it ends. */
  static void start(Path file, BodyStream stream) {
    Thread.ofVirtual().name("send-" + file.getFileName()).start(() -> send(file, stream));
  }

  private static void send(Path file, BodyStream stream) {
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (!stream.send(Arrays.copyOf(piece, read), read) || !stream.awaitUnsent(PIECE)) {
          return;
        }
      }
      stream.close();
    } catch (IOException e) {
      // The length was promised already: only a cut connection tells the client that the file is
      // not whole.
      stream.abort();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stream.abort();
    } finally {
      delete(file);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException left) {
      file.toFile().deleteOnExit();
    }
  }
}
