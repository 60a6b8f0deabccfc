import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;

/** Writes a log of so many lines, the same in every run: {@code java Lines.java FILE LINES}. */
final class Lines {
  private static final String[] WORDS = {
    "connection", "accepted", "from", "peer", "request", "completed", "user", "order", "payment",
    "cache", "miss", "hit", "timeout", "retry", "database", "session", "worker", "queue"
  };

  public static void main(String[] args) throws IOException {
    long lines = Long.parseLong(args[1]);
    var random = new SplittableRandom(1);
    long millis = 1_795_600_000_000L;
    try (var out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[0])), 1 << 20)) {
      for (long line = 0; line < lines; line++) {
        millis += random.nextInt(3);
        var text = new StringBuilder(160);
        text.append(Instant.ofEpochMilli(millis)).append(" INFO  [worker-").append(random.nextInt(16));
        text.append("] com.example.shop.Orders - ");
        for (int i = 5 + random.nextInt(6); i > 0; i--) {
          text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        text.append("id=").append(line).append('\n');
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
