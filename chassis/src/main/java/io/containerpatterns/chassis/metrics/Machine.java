package io.containerpatterns.chassis.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * JVM and process, by the names that dashboards know. Begun at the first scrape and not at the
 * start, because the JDK's management beans cost more time than all of ours.
 */
final class Machine {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Machine() {}

  static void watch(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    // Lives as long as the process; closing would only remove its listeners.
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    FunctionCounter.builder("process.cpu.seconds", STATUS, ignored -> cpuSeconds())
        .description("CPU time spent by the process, user and system")
        .register(registry);
    Gauge.builder(
            "process.start.time.seconds",
            ManagementFactory.getRuntimeMXBean(),
            b -> b.getStartTime() / 1e3)
        .description("when the process began, in seconds since 1970")
        .strongReference(true)
        .register(registry);
    Gauge.builder("process.resident.memory.bytes", STATUS, ignored -> residentBytes())
        .description("memory of the process that is in RAM")
        .register(registry);
    Gauge.builder("process.open.fds", DESCRIPTORS, Machine::entries)
        .description("file descriptors in use")
        .register(registry);
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(d -> d.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private static double residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.substring(6, line.length() - 2).strip()) * 1024.0;
        }
      }
      return Double.NaN;
    } catch (IOException | NumberFormatException e) {
      // Not Linux: the series says so by NaN, the scrape goes on.
      return Double.NaN;
    }
  }

  private static double entries(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? Double.NaN : names.length;
  }
}
