package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token as its file has it now: an orchestrator replaces the file of a secret under a
 * running process, and the old token must stop working soon after.
 */
final class Token {
  private static final Log log = Log.of(Token.class);
  private static final int BYTES_MAX = 1 << 16;

  private final Optional<Path> file;
  private final Supplier<Optional<Secret>> configured;
  private volatile byte @Nullable [] current; // of the file, once it was read again
  private boolean warned; // only by the one who reads again

  /**
   * A token.
   *
   * @param file read again now and then; empty where the settings do not come from the environment
   * @param configured the token as the settings have it
   */
  Token(Optional<Path> file, Supplier<Optional<Secret>> configured) {
    this.file = file;
    this.configured = configured;
  }

  /** What a caller must present; empty when there is no token. */
  Optional<byte[]> bytes() {
    byte[] read = current;
    return read != null
        ? Optional.of(read)
        : configured.get().map(secret -> secret.reveal().getBytes(StandardCharsets.UTF_8));
  }

  /** Reads the file again; what cannot be read leaves the token as it was. Blocks. */
  void readAgain() {
    if (file.isEmpty()) {
      return;
    }
    try {
      if (Files.size(file.get()) <= BYTES_MAX) {
        String text = Files.readString(file.get()).stripTrailing();
        if (!text.isEmpty()) {
          current = text.getBytes(StandardCharsets.UTF_8);
          warned = false;
          return;
        }
      }
      warnOnce("it is empty or longer than 64KiB");
    } catch (IOException e) {
      warnOnce(e.toString());
    }
  }

  private void warnOnce(String why) {
    if (!warned) {
      log.warn(
          "token file unusable, the last token stays in force",
          "file",
          file.orElseThrow(),
          "why",
          why);
      warned = true;
    }
  }
}
