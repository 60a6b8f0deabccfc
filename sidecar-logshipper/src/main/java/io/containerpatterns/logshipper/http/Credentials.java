package io.containerpatterns.logshipper.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Who we are to a store, as the value of {@code Authorization}; read from its file for every
 * request, because a file is replaced under a running process.
 */
@FunctionalInterface
public interface Credentials {
  /** None. */
  Credentials NONE = Optional::empty;

  /**
   * The value of the header, if there is to be one.
   *
   * @throws IOException when the file cannot be read
   */
  Optional<String> header() throws IOException;

  /** A token behind a word such as {@code Bearer} or {@code Splunk}. */
  static Credentials token(String word, Path file) {
    return () -> Optional.of(word + " " + read(file));
  }

  /** A user and the password in a file (RFC 7617). */
  static Credentials basic(String user, Path file) {
    return () -> {
      byte[] pair = (user + ":" + read(file)).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    };
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file).strip();
  }
}
