package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.management.HotSpotDiagnosticMXBean;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.settings.ManagementConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * {@code GET /heap} (what fills it, by class; with {@code ?live} only what is reachable, at the
 * price of a full collection), {@code POST /heap/dump} (all of it, where the settings allow it).
 */
final class HeapEndpoints {
  private static final int CLASSES_DEFAULT = 50;

  private final ManagementConfig config;
  private final Access access;
  private final Aside aside = Aside.of("heap", 1);

  HeapEndpoints(ManagementConfig config, Access access) {
    this.config = config;
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/heap", this::histogram).behind(access.inside()),
        Route.post("/heap/dump", this::dump).behind(access.change()));
  }

  private void histogram(Request request, Exchange exchange) {
    boolean live = request.flag("live");
    int limit = (int) request.number("limit", CLASSES_DEFAULT, 1, 10_000);
    aside.run(
        exchange,
        () -> {
          String text =
              live
                  ? Diagnostics.run("gcClassHistogram")
                  : Diagnostics.run("gcClassHistogram", "-all");
          List<HeapClass> classes = HeapClass.parse(text, limit);
          return Reply.json(200, json -> write(json, classes));
        });
  }

  private void dump(Request request, Exchange exchange) {
    if (!config.heapDump()) {
      throw Refusal.of(
          403,
          "heap_dump_off",
          "a heap dump holds every secret of the process, so it is off; set MANAGEMENT_HEAP_DUMP=on"
              + " and restart");
    }
    aside.run(
        exchange,
        () -> {
          Path file = config.profileDir().resolve("heap-" + UUID.randomUUID() + ".hprof");
          try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpHeap(file.toString(), true);
          } catch (IOException e) {
            Files.deleteIfExists(file);
            throw Refusal.of(
                503,
                "profile_dir_unusable",
                "cannot write to "
                    + config.profileDir()
                    + "; mount a writable volume there that is larger than the heap, or set"
                    + " MANAGEMENT_PROFILE_DIR to one");
          }
          return Reply.temporaryFile(200, "application/octet-stream", file)
              .header("Content-Disposition", "attachment; filename=\"heap.hprof\"");
        });
  }

  private static void write(JsonGenerator json, List<HeapClass> classes) throws IOException {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    json.writeStartObject();
    json.writeNumberField("usedBytes", heap.getUsed());
    json.writeNumberField("committedBytes", heap.getCommitted());
    json.writeNumberField("maxBytes", heap.getMax());
    json.writeArrayFieldStart("classes");
    for (HeapClass one : classes) {
      json.writeStartObject();
      json.writeStringField("name", one.name());
      json.writeNumberField("instances", one.instances());
      json.writeNumberField("bytes", one.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
