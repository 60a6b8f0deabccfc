package io.containerpatterns.chassis;

import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Loggers;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Steers the process by a file, for a scheduler that writes annotations and makes no HTTP calls.
 * The folder is a volume of Kubernetes' downward API, or any folder whose file {@code annotations}
 * has the same form:
 *
 * <pre>
 *   containerpatterns.io/drain="true"          as POST /lifecycle/drain; "false", or no such line any more: resume
 *   containerpatterns.io/priority="80"         as PUT /lifecycle/priority
 *   containerpatterns.io/log-level="debug"     as PUT /loggers for all of ours; no such line any more: as configured
 * </pre>
 *
 * Only a key whose value changed does something, so that what another told the process meanwhile is
 * left alone. One virtual thread. Changes are noticed by watching; polling is only a net for file
 * systems that tell nothing.
 */
final class DownwardFolder implements AutoCloseable {
  private static final Log log = Log.of(DownwardFolder.class);
  private static final String OURS = "containerpatterns.io/";
  private static final String REASON = "annotation " + OURS;
  private static final int BYTES_MAX = 1 << 20;

  private final Path folder;
  private final Duration poll;
  private final Lifecycle lifecycle;
  private final Loggers loggers;
  private final WatchService changes;
  private final Map<String, String> seen = new HashMap<>();
  private @Nullable Thread thread;

  private DownwardFolder(
      Path folder, Duration poll, Lifecycle lifecycle, Loggers loggers, WatchService changes) {
    this.folder = folder;
    this.poll = poll;
    this.lifecycle = lifecycle;
    this.loggers = loggers;
    this.changes = changes;
  }

  /** Reads the file, then follows it. */
  static DownwardFolder follow(Path folder, Duration poll, Lifecycle lifecycle, Loggers loggers)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidSettings(
          new Problem(
              "MANAGEMENT_DOWNWARD_DIR",
              folder.toString(),
              "a folder",
              "mount a downwardAPI volume there"));
    }
    WatchService changes = folder.getFileSystem().newWatchService();
    // Kubernetes swaps the link ..data in one rename; others write the file itself.
    folder.register(
        changes,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    var downward = new DownwardFolder(folder, poll, lifecycle, loggers, changes);
    downward.thread = Thread.ofVirtual().name("downward-folder").start(downward::run);
    return downward;
  }

  private void run() {
    try {
      while (true) {
        look();
        WatchKey key = changes.poll(poll.toNanos(), TimeUnit.NANOSECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      log.debug("downward folder no longer followed", "folder", folder);
    }
  }

  private void look() {
    try {
      Map<String, String> now = read(folder.resolve("annotations"));
      for (String key : new String[] {"log-level", "priority", "drain"}) {
        String value = now.get(OURS + key);
        String before = value == null ? seen.remove(key) : seen.put(key, value);
        if (value == null ? before != null : !value.equals(before)) {
          changed(key, value);
        }
      }
    } catch (NoSuchFileException e) {
      log.debug("no annotations yet", "folder", folder);
    } catch (IOException e) {
      log.warn("cannot read annotations, what they said last stays", "folder", folder, "cause", e);
    }
  }

  private void changed(String key, @Nullable String value) {
    switch (key) {
      case "drain" -> drain(value);
      case "priority" -> priority(value);
      default -> logLevel(value);
    }
  }

  private void drain(@Nullable String value) {
    if (value == null || value.equals("false")) {
      tell(lifecycle.resume(REASON + "drain"));
    } else if (value.equals("true")) {
      tell(lifecycle.drain(REASON + "drain"));
    } else {
      refuse("drain", value, "true or false");
    }
  }

  private void priority(@Nullable String value) {
    if (value == null) {
      return;
    }
    try {
      int priority = Integer.parseInt(value);
      if (priority >= 0 && priority <= 100) {
        tell(lifecycle.priority(priority, REASON + "priority"));
        return;
      }
    } catch (NumberFormatException e) {
      log.trace("not a number", "value", value);
    }
    refuse("priority", value, "a whole number from 0 to 100");
  }

  private void logLevel(@Nullable String value) {
    if (value == null) {
      loggers.set(Loggers.OURS, null, null);
      return;
    }
    for (Level level : Level.values()) {
      if (level.word().equals(value)) {
        loggers.set(Loggers.OURS, level, null);
        return;
      }
    }
    refuse("log-level", value, "one of trace, debug, info, warn, error, off");
  }

  private static void tell(Lifecycle.Step step) {
    if (step instanceof Lifecycle.Step.Refused(Lifecycle.Status status, String why)) {
      log.warn("annotation without effect", "state", status.state(), "reason", why);
    }
  }

  private static void refuse(String key, String value, String expected) {
    log.warn("annotation ignored", "problem", new Problem(OURS + key, value, expected, ""));
  }

  private static Map<String, String> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException("more than 1 MiB");
      }
      return Annotations.parse(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() throws IOException {
    changes.close();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
