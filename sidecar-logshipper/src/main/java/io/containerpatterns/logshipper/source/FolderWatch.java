package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a name appears in a folder (inotify on Linux), so that a new file is opened before
 * rotation can delete it. Only that: what is written to files that are known is seen by their size.
 * A system that refuses, because it has no watches left, costs time and nothing else: folders are
 * looked at now and then in any case.
 */
public final class FolderWatch implements AutoCloseable {
  private static final Log log = Log.of(FolderWatch.class);

  /** More folders than these are only looked at now and then. */
  private static final int FOLDERS_MAX = 1_000;

  private final Runnable appeared;
  private final @Nullable WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>(); // the follower's thread only
  private boolean refused;

  private FolderWatch(@Nullable WatchService service, Runnable appeared) {
    this.service = service;
    this.appeared = appeared;
  }

  /**
   * Begins; nothing is watched yet.
   *
   * @param appeared called on a thread of its own after one or more names have appeared
   */
  public static FolderWatch start(Runnable appeared) {
    WatchService service = null;
    try {
      service = FileSystems.getDefault().newWatchService();
    } catch (IOException e) {
      log.warn(
          "folders cannot be watched", "cause", e, "action", "they are looked at now and then");
    }
    var watch = new FolderWatch(service, appeared);
    if (service != null) {
      WatchService open = service;
      Thread.ofPlatform().name("folders").daemon().start(() -> watch.listen(open));
    }
    return watch;
  }

  private void listen(WatchService open) {
    try {
      while (true) {
        WatchKey key = open.take();
        key.pollEvents();
        key.reset();
        appeared.run();
      }
    } catch (ClosedWatchServiceException | InterruptedException end) {
      log.trace("folders are watched no more");
    }
  }

  /** Watches these folders and no others. Called by one thread. */
  public void follow(List<Path> folders) {
    WatchService open = service;
    if (open == null) {
      return;
    }
    List<Path> wanted = folders.subList(0, Math.min(FOLDERS_MAX, folders.size()));
    Set<Path> gone = new HashSet<>(keys.keySet());
    for (Path folder : wanted) {
      gone.remove(folder);
      WatchKey key = keys.get(folder);
      if (key == null || !key.isValid()) {
        register(folder, open);
      }
    }
    for (Path folder : gone) {
      WatchKey key = keys.remove(folder);
      if (key != null) {
        key.cancel();
      }
    }
  }

  private void register(Path folder, WatchService open) {
    try {
      keys.put(folder, folder.register(open, StandardWatchEventKinds.ENTRY_CREATE));
    } catch (ClosedWatchServiceException end) {
      log.trace("folders are watched no more");
    } catch (IOException e) {
      if (!refused) {
        refused = true;
        log.warn(
            "a folder cannot be watched",
            "folder",
            folder,
            "cause",
            e,
            "action",
            "it is looked at now and then; raise fs.inotify.max_user_watches if this is its limit");
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (service != null) {
      service.close();
    }
  }
}
