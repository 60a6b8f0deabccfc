package io.containerpatterns.chassis.management;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where threads waited for each other during a recording: waits of one kind, for one type, at one
 * place, summed up.
 */
final class Contention {
  private static final int FRAMES_MAX = 12;
  private static final int SITES_MAX = 2_000;
  private static final Map<String, String> KINDS =
      Map.of(
          "jdk.JavaMonitorEnter", "enter",
          "jdk.JavaMonitorWait", "wait",
          "jdk.ThreadPark", "park",
          "jdk.VirtualThreadPinned", "pinned");

  private Contention() {}

  /**
   * One place where threads wait.
   *
   * @param kind enter (a monitor), wait (on a monitor), park (a lock of java.util.concurrent),
   *     pinned (a carrier)
   * @param type of the object waited for; empty where it is not known
   * @param stack innermost frame first
   */
  record Site(
      String kind, String type, List<String> stack, long count, Duration total, Duration longest) {
    private Site plus(Duration duration) {
      return new Site(
          kind,
          type,
          stack,
          count + 1,
          total.plus(duration),
          duration.compareTo(longest) > 0 ? duration : longest);
    }
  }

  /** The places that cost most, the worst first. */
  static List<Site> in(Path recording, int limit) throws IOException {
    var sites = new HashMap<List<Object>, Site>();
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        String kind = KINDS.get(event.getEventType().getName());
        if (kind != null) {
          add(sites, kind, event);
        }
      }
    }
    var sorted = new ArrayList<>(sites.values());
    sorted.sort(Comparator.comparing(Site::total).reversed());
    return List.copyOf(sorted.subList(0, Math.min(limit, sorted.size())));
  }

  private static void add(Map<List<Object>, Site> sites, String kind, RecordedEvent event) {
    String type = type(event);
    List<String> stack = stack(event.getStackTrace());
    List<Object> key = List.of(kind, type, stack);
    Site known = sites.get(key);
    if (known == null && sites.size() >= SITES_MAX) {
      return;
    }
    Site site =
        known != null ? known : new Site(kind, type, stack, 0, Duration.ZERO, Duration.ZERO);
    sites.put(key, site.plus(event.getDuration()));
  }

  private static String type(RecordedEvent event) {
    for (String field : List.of("monitorClass", "parkedClass")) {
      if (event.hasField(field)) {
        RecordedClass type = event.getClass(field);
        return type == null ? "" : type.getName();
      }
    }
    return "";
  }

  private static List<String> stack(@Nullable RecordedStackTrace trace) {
    var lines = new ArrayList<String>();
    if (trace != null) {
      for (RecordedFrame frame : trace.getFrames()) {
        if (lines.size() == FRAMES_MAX) {
          break;
        }
        lines.add(
            frame.getMethod().getType().getName()
                + "."
                + frame.getMethod().getName()
                + ":"
                + frame.getLineNumber());
      }
    }
    return List.copyOf(lines);
  }
}
