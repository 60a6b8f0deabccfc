import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one process has used: CPU seconds of it and its ended children, and the most memory, its own
 * and that of the cgroup in which it was started, where one can be made (version 1 or 2, as root).
 */
final class Meter {
  private static final Path GROUPS =
      Files.isDirectory(Path.of("/sys/fs/cgroup/memory"))
          ? Path.of("/sys/fs/cgroup/memory")
          : Path.of("/sys/fs/cgroup");
  private static final double TICKS_PER_SECOND = 100; // USER_HZ of every Linux that runs a JVM

  private static final List<String> PEAKS = List.of("memory.max_usage_in_bytes", "memory.peak");
  private static final List<String> LIMITS = List.of("memory.limit_in_bytes", "memory.max");

  private final Path group;

  /** Makes a cgroup of its own, limited to so many MiB or not at all with 0. */
  Meter(int limitMebibytes) throws IOException {
    Path wanted = GROUPS.resolve("logshipper-benchmark-" + ProcessHandle.current().pid());
    boolean made = false;
    try {
      Files.createDirectories(wanted);
      made = Files.isWritable(wanted.resolve("cgroup.procs")) && file(wanted, PEAKS) != null;
      if (made && limitMebibytes > 0) {
        Files.writeString(file(wanted, LIMITS), String.valueOf((long) limitMebibytes << 20));
      }
    } catch (IOException e) {
      System.err.println("benchmark: no cgroup of our own, so no limit and no peak of it: " + e);
    }
    group = made ? wanted : null;
  }

  private static Path file(Path group, List<String> names) {
    return names.stream().map(group::resolve).filter(Files::exists).findFirst().orElse(null);
  }

  /** The command as one that first joins the cgroup; the process keeps its id. */
  List<String> inside(List<String> command) {
    if (group == null) {
      return command;
    }
    var joined = new ArrayList<>(List.of("sh", "-c", "echo $$ >\"$0\"; exec \"$@\""));
    joined.add(group.resolve("cgroup.procs").toString());
    joined.addAll(command);
    return joined;
  }

  /** User and system, of all its threads and of children that have ended. */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  static double peakMebibytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.split("\\s+")[1]) / 1024;
      }
    }
    return Double.NaN;
  }

  /** Of everything charged to the cgroup, pages of files among it. */
  double groupPeakMebibytes() throws IOException {
    return group == null
        ? Double.NaN
        : Double.parseDouble(Files.readString(file(group, PEAKS)).strip()) / (1 << 20);
  }

  /** Once all its processes have ended. */
  void remove() throws IOException {
    if (group != null) {
      Files.deleteIfExists(group);
    }
  }
}
