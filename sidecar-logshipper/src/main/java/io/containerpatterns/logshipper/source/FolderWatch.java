package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells when there is a new name in a folder, so that a file that is soon removed is opened before.
 * It only makes a look come sooner: where the system has no watch left for us, or none that works,
 * as over a network, everything is found at the next look all the same. Confined to one thread.
 */
public final class FolderWatch implements AutoCloseable {
  private static final Log log = Log.of(FolderWatch.class);

  private final @Nullable WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private boolean refused; // a watch, which was told

  private FolderWatch(@Nullable WatchService service) {
    this.service = service;
  }

  /** By the system, as far as it lets us. */
  public static FolderWatch open() {
    try {
      return new FolderWatch(FileSystems.getDefault().newWatchService());
    } catch (IOException e) {
      log.warn(
          "cannot watch folders",
          "cause",
          e,
          "consequence",
          "a file that is removed within seconds may not be seen in time; raise"
              + " fs.inotify.max_user_instances of the node");
      return new FolderWatch(null);
    }
  }

  /** Never tells anything. */
  static FolderWatch none() {
    return new FolderWatch(null);
  }

  /** Watches {@code folder}, too, if it is not watched yet. */
  void follow(Path folder) {
    WatchKey known = keys.get(folder);
    if (service == null || (known != null && known.isValid())) {
      return;
    }
    try {
      keys.put(folder, folder.register(service, StandardWatchEventKinds.ENTRY_CREATE));
    } catch (IOException e) {
      if (!refused) {
        log.warn(
            "cannot watch a folder",
            "folder",
            folder,
            "cause",
            e,
            "consequence",
            "a file that is removed within seconds may not be seen in time; raise"
                + " fs.inotify.max_user_watches of the node");
      }
      refused = true;
    }
  }

  /** Whether there have been new names since the last call, or more than anybody could count. */
  boolean changed() {
    if (service == null) {
      return false;
    }
    boolean changed = false;
    for (WatchKey key = service.poll(); key != null; key = service.poll()) {
      changed |= !key.pollEvents().isEmpty();
      if (!key.reset()) {
        keys.values().remove(key); // The folder is gone; one of its name may come.
      }
    }
    return changed;
  }

  @Override
  public void close() throws IOException {
    if (service != null) {
      service.close();
    }
  }
}
