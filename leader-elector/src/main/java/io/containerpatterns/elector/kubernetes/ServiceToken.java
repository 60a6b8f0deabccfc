package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token in a file that kubelet replaces about every hour. The file is read again when
 * what we know is older than half a minute, behind the call that noticed it, and at once when the
 * server refused what we know. Any thread; nobody waits for the disk.
 */
final class ServiceToken {
  private static final Log log = Log.of(ServiceToken.class);
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration REPEAT = Duration.ofMinutes(1);
  private static final int BYTES_MAX = 16 * 1024;

  private final Path file;
  private final Ticker ticker;
  private final Repeats repeats;
  private String token; // guarded by this
  private long readAt; // guarded by this
  private @Nullable CompletableFuture<String> reading; // guarded by this

  private ServiceToken(Path file, String token, Ticker ticker) {
    this.file = file;
    this.token = token;
    this.ticker = ticker;
    this.readAt = ticker.nanos();
    this.repeats = new Repeats(log, ticker, REPEAT);
  }

  /**
   * Reads it for the first time.
   *
   * @throws InvalidSettings when there is none
   */
  static ServiceToken read(Path file, Ticker ticker) {
    try {
      return new ServiceToken(file, contents(file), ticker);
    } catch (IOException e) {
      throw new InvalidSettings(
          new Problem(
              "ELECTOR_KUBERNETES_TOKEN_FILE",
              file.toString(),
              "a file with a bearer token: "
                  + (e instanceof NoSuchFileException ? "it does not exist" : e.getMessage()),
              "in a pod set automountServiceAccountToken, elsewhere name the file"));
    }
  }

  /** The token as we know it. */
  synchronized String current() {
    if (ticker.nanos() - readAt > FRESH.toNanos()) {
      var unused = reread();
    }
    return token;
  }

  /** Reads the file again; completes with what we know afterwards, and never fails. */
  synchronized CompletableFuture<String> reread() {
    CompletableFuture<String> running = reading;
    if (running != null) {
      return running;
    }
    var begun = new CompletableFuture<String>();
    reading = begun;
    Thread.ofVirtual().name("service-token").start(() -> begun.complete(replaced()));
    return begun;
  }

  private String replaced() {
    String read = null;
    try {
      read = contents(file);
      repeats.over("token file unreadable");
    } catch (IOException e) {
      repeats.warn(
          "token file unreadable",
          "file",
          file,
          "cause",
          e,
          "consequence",
          "the last token is used until the server refuses it");
    }
    synchronized (this) {
      reading = null;
      readAt = ticker.nanos();
      token = read == null ? token : read;
      return token;
    }
  }

  private static String contents(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException("it is longer than " + BYTES_MAX + " bytes");
    }
    String text = Files.readString(file, StandardCharsets.UTF_8).strip();
    if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException("it holds no token");
    }
    return text;
  }
}
