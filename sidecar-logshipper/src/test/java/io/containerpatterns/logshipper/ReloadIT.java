package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.logshipper.HttpStore.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be exchanged while it runs. */
final class ReloadIT {
  private static final int TOKENS = Boolean.getBoolean("containerpatterns.long") ? 200 : 10;

  @TempDir Path folder;

  @Test
  void tokensThatAreExchangedAndReloadsUnderLoadCostNoLineAndSendNoneTwice() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    Path token = folder.resolve("token");
    exchange(token, "token-0");
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    Set<String> used = ConcurrentHashMap.newKeySet();
    accepted.add("Bearer token-0");
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      store.says(push -> {
        used.add(push.authorization());
        return accepted.contains(push.authorization()) ? Answer.OK : new Answer.Status(401, "");
      });
      app.start(2_000, 2_000, LogWriter.Rotation.RENAME, 1_000);
      try (var shipper = site.start(store.url() + "?token_file=" + token).ready()) {
        for (int i = 1; i <= TOKENS; i++) {
          String next = "token-" + i;
          // As whoever rotates secrets does it: the old one holds until the new one is in use.
          accepted.add("Bearer " + next);
          exchange(token, next);
          shipper.signal("HUP");
          Await.until(next + " is used", () -> used.contains("Bearer " + next));
          accepted.remove("Bearer token-" + (i - 2)); // One request may be under way with the last.
        }
        app.stop();

        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(arrivals.again()).isZero();
      assertThat(store.answered()).extracting(HttpStore.Answered::answer).containsOnly(Answer.OK);
    }
  }

  /** As the kubelet does it: at no moment there is half of one. */
  private static void exchange(Path file, String token) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), token + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
