package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.source.LogFile;
import io.containerpatterns.logshipper.source.Look.Waiting;
import java.util.List;

/**
 * What looks have found that people should know, each of it told once: of thousands of files a few
 * lines. Told by the follower's thread; read by any.
 */
final class Notices {
  private static final Log log = Log.of(Notices.class);
  private static final int FILES_TOLD = 100;

  private volatile List<String> unreadable = List.of();
  private volatile Waiting waiting = Waiting.NONE;

  /** A file is followed, as one of so many. */
  void found(LogFile file, boolean known, int followed) {
    if (followed <= FILES_TOLD) {
      log.info("log file found", "file", file.path(), "size", file.seen(), "known", known);
    } else {
      log.debug("log file found", "file", file.path(), "size", file.seen(), "known", known);
    }
  }

  /** That could not be read at the last look. */
  void unreadable(List<String> now) {
    if (now.equals(unreadable)) {
      return;
    }
    for (String line : now) {
      if (!unreadable.contains(line)) {
        log.warn("cannot read", "what", line, "action", "it is tried again at the next look");
      }
    }
    unreadable = List.copyOf(now);
  }

  /** For those there was no room at the last look. */
  void waiting(Waiting now, int open) {
    if (waiting.files() == 0 && now.files() > 0) {
      log.info(
          "more log files than may be open",
          "open",
          open,
          "waiting",
          now.files(),
          "action",
          "those that nobody writes to are closed when everything of them is acknowledged, then the"
              + " others are opened");
    }
    waiting = now;
  }

  /** What could not be read at the last look, in sentences. */
  List<String> unreadable() {
    return unreadable;
  }

  /** For whom there was no room at the last look. */
  Waiting waiting() {
    return waiting;
  }
}
