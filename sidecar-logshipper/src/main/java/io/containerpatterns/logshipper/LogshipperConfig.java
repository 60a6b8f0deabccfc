package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.settings.DataSize;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Parser;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.ship.Terms;
import io.containerpatterns.logshipper.source.PathPatterns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a log shipper.
 *
 * @param paths which files are read
 * @param shipTo where their lines go
 * @param stateDir where it is remembered how far each destination got
 * @param openFiles how many may be open at once
 * @param start where files are begun that are there at the very first start
 * @param labels what is said about every event
 * @param shaping what is done to events
 * @param terms how a destination reads and sends
 * @param timeout over one request
 * @param deadLetterMax how large the file of what a destination refused may become
 * @param drainQuiet how long nothing may be written before a stop believes that the application is
 *     done
 * @param atDeadline what is done at a stop with what was not acknowledged in time
 * @param atDeadlineMax how much of it is said
 * @param doneFile appears when the application is done
 */
record LogshipperConfig(
    PathPatterns paths,
    List<ShipTo> shipTo,
    Path stateDir,
    int openFiles,
    Start start,
    List<Origin.Label> labels,
    Shaping shaping,
    Terms terms,
    Duration timeout,
    DataSize deadLetterMax,
    Duration drainQuiet,
    AtDeadline atDeadline,
    DataSize atDeadlineMax,
    Optional<Path> doneFile) {
  static final String STATE_DIR = "LOGSHIPPER_STATE_DIR";

  /** Where files are begun that are there at the very first start. */
  enum Start {
    /** At their first line. */
    BEGINNING,
    /** At their end: what stands there already is not shipped. */
    END
  }

  /** What is done at a stop with what was not acknowledged in time. */
  enum AtDeadline {
    /** Nothing: the next start ships it, if its volume is still there. */
    LEAVE,
    /** It is written to standard output as well, which the node keeps. */
    STDOUT
  }

  /** The only declaration of the shipper's settings. */
  static LogshipperConfig read(Settings s) {
    List<String> included =
        s.list("PATHS", LogshipperConfig::absolute)
            .meaning("the log files: absolute paths or patterns with *, ** and ?")
            .required("/logs/*.log");
    List<String> excluded =
        s.list("EXCLUDE", Parser.text())
            .meaning("patterns of files that are left aside")
            .optional("**/debug-*.log")
            .orElse(List.of());
    Rotated rotated =
        s.choice("ROTATED", Rotated.class)
            .meaning(
                "auto: also what rotation makes of those names, such as app.log.1, app.log-20261125"
                    + " and app.log.2.gz")
            .orElse("auto");
    List<ShipTo> shipTo =
        s.list("SHIP_TO", ShipTo::parse)
            .meaning("where the lines go; options of a destination stand behind a question mark")
            .shownAs(LogshipperConfig::withoutPasswords)
            .required("http://collector:8080/logs");
    Path stateDir =
        s.path("STATE_DIR")
            .meaning("where it is kept how far each destination got, and what it refused")
            .orElse("/state");
    return new LogshipperConfig(
        paths(included, excluded, rotated, own(stateDir, shipTo)),
        shipTo,
        stateDir,
        s.number("OPEN_FILES", 16, 100_000)
            .meaning(
                "how many log files may be open at once; where more are meant, those that nobody"
                    + " writes to are closed, and others wait until there is room")
            .orElse("500"),
        s.choice("START", Start.class)
            .meaning("where files are begun that are there at the very first start")
            .orElse("beginning"),
        labels(s),
        Shaping.read(s),
        terms(s, shipTo.size()),
        s.duration("TIMEOUT")
            .meaning("over one request to a destination; then it is sent again")
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .orElse("30s"),
        s.size("DEAD_LETTER_MAX")
            .meaning(
                "how large the file of what a destination refused may become; when it is full that"
                    + " destination stands still")
            .between(new DataSize(1 << 10), new DataSize(1L << 40))
            .orElse("64MiB"),
        s.duration("DRAIN_QUIET")
            .meaning(
                "how long nothing may be written before a stop believes that the application is"
                    + " done")
            .between(Duration.ZERO, Duration.ofMinutes(10))
            .orElse("2s"),
        s.choice("AT_DEADLINE", AtDeadline.class)
            .meaning(
                "stdout: what was not acknowledged when a stop must end is written to standard"
                    + " output, JSON lines, and logs go to standard error; leave: it is not")
            .orElse("leave"),
        s.size("AT_DEADLINE_MAX")
            .meaning("how much is written to standard output then")
            .between(new DataSize(1 << 10), new DataSize(1 << 30))
            .orElse("1MiB"),
        s.path("DONE_FILE")
            .meaning(
                "for jobs: when this file appears the application is done; what is left is shipped,"
                    + " and the process ends")
            .optional("/logs/done"));
  }

  /** What we write ourselves must never be what we read. */
  private static List<String> own(Path stateDir, List<ShipTo> shipTo) {
    List<String> own = new ArrayList<>();
    // Not the whole folder: somebody may keep the state beside the logs.
    own.add(
        literally(stateDir.toString())
            + "/{checkpoint,checkpoint.new,instance,instance.new,lock,dead-letters-*}");
    for (ShipTo to : shipTo) {
      if (to.kind().equals("file")) {
        own.add(literally(to.uri().getPath()) + "*");
      }
    }
    return own;
  }

  private static String literally(String path) {
    return path.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  /** Those of the settings, and what the pod is called where the downward API says so. */
  private static List<Origin.Label> labels(Settings s) {
    List<Origin.Label> labels =
        new ArrayList<>(
            s.list("LABELS", LogshipperConfig::label)
                .meaning("what is said about every event")
                .optional("app=shop,env=prod")
                .orElse(List.of()));
    s.list("LABELS_FILES", Path::of)
        .meaning("files of the downward API, of whose lines such as app=\"shop\" labels are made")
        .optional("/etc/podinfo/labels")
        .orElse(List.of())
        .forEach(file -> PodLabels.read(file).forEach(label -> add(label, labels)));
    label(s, "POD_NAME", "pod", "shop-7d9f", labels);
    label(s, "POD_NAMESPACE", "namespace", "prod", labels);
    label(s, "NODE_NAME", "node", "worker-1", labels);
    return List.copyOf(labels);
  }

  private static void label(
      Settings s, String setting, String name, String example, List<Origin.Label> labels) {
    s.shared()
        .text(setting)
        .meaning("becomes the label " + name + ", unless LOGSHIPPER_LABELS says another")
        .optional(example)
        .ifPresent(value -> add(new Origin.Label(name, value), labels));
  }

  /** The first of a name counts. */
  private static void add(Origin.Label label, List<Origin.Label> labels) {
    if (labels.stream().noneMatch(one -> one.name().equals(label.name()))) {
      labels.add(label);
    }
  }

  private static Terms terms(Settings s, int destinations) {
    int batchBytes =
        bytes(
            s.size("BATCH_BYTES")
                .meaning("a batch with so many bytes is sent at once")
                .between(new DataSize(1 << 10), new DataSize(16 << 20))
                .orElse("512KiB"));
    int batchLines =
        s.number("BATCH_LINES", 1, 100_000)
            .meaning("a batch with so many events is sent at once")
            .orElse("5000");
    Duration batchWait =
        s.duration("BATCH_WAIT")
            .meaning("a batch is sent after this time, however small")
            .between(Duration.ZERO, Duration.ofMinutes(10))
            .orElse("200ms");
    int inFlight =
        s.number("IN_FLIGHT", 2, 64)
            .meaning(
                "how many batches of a destination there are at most: one is filled, the others"
                    + " sent")
            .orElse("3");
    int together =
        bytes(
            s.size("IN_FLIGHT_BYTES")
                .meaning(
                    "what the batches of all destinations may hold together; with many destinations"
                        + " batches become smaller")
                .between(new DataSize(64 << 10), new DataSize(1 << 30))
                .orElse("4MiB"));
    Terms.Order order =
        s.choice("ORDER", Terms.Order.class)
            .meaning(
                "per-file: the lines of a file arrive in order; none: batches of a file may"
                    + " overtake each other")
            .orElse("per-file");
    Duration retryMin =
        s.duration("RETRY_MIN")
            .meaning("the first pause after a failure")
            .between(Duration.ofMillis(10), Duration.ofMinutes(5))
            .orElse("500ms");
    Duration retryMax =
        s.duration("RETRY_MAX")
            .meaning("the longest pause; nothing is ever given up")
            .between(Duration.ofMillis(10), Duration.ofHours(1))
            .orElse("30s");
    int lineMax =
        bytes(
            s.size("EVENT_MAX")
                .meaning("a longer event goes out in pieces, marked")
                .between(new DataSize(64), new DataSize(4 << 20))
                .orElse("256KiB"));
    int linesMax =
        s.number("EVENT_LINES", 1, 100_000)
            .meaning("an event of more lines goes out in pieces")
            .orElse("1000");
    Duration idle =
        s.duration("EVENT_IDLE")
            .meaning("how long the last event of a file waits for a line that belongs to it")
            .between(Duration.ZERO, Duration.ofMinutes(1))
            .orElse("1s");
    if (retryMax.compareTo(retryMin) < 0) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_RETRY_MAX",
              retryMax.toMillis() + "ms",
              "at least LOGSHIPPER_RETRY_MIN, " + retryMin.toMillis() + "ms",
              "raise it, or lower the other"));
    }
    return new Terms(
        Math.min(batchBytes, together / (destinations * inFlight)),
        batchLines,
        batchWait,
        inFlight,
        order,
        retryMin,
        retryMax,
        Terms.DEFAULT.denied(),
        lineMax,
        linesMax,
        idle);
  }

  LogshipperConfig {
    Set<String> ids = new HashSet<>();
    var problems = new ArrayList<Problem>();
    for (ShipTo one : shipTo) {
      if (!ids.add(one.id())) {
        problems.add(
            new Problem(
                "LOGSHIPPER_SHIP_TO",
                one.id(),
                "each destination once",
                "remove one, or give one of them another name, such as ?id=second"));
      }
      if (one.option("user").isPresent() != one.option("password_file").isPresent()) {
        problems.add(
            new Problem(
                "LOGSHIPPER_SHIP_TO",
                one.id(),
                "user and password_file together",
                "add the other one"));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  /** Whether standard output carries lines that are shipped. */
  boolean shipsToStdout() {
    return atDeadline == AtDeadline.STDOUT
        || shipTo.stream().anyMatch(one -> one.kind().equals("stdout"));
  }

  private enum Rotated {
    AUTO,
    OFF
  }

  private static PathPatterns paths(
      List<String> included, List<String> excluded, Rotated rotated, List<String> own) {
    try {
      var not = new ArrayList<>(excluded);
      not.addAll(own);
      return PathPatterns.of(
          rotated == Rotated.AUTO ? PathPatterns.withRotated(included) : included, not);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_EXCLUDE",
              String.join(",", excluded),
              "patterns with *, **, ?, [a-z] and {a,b}; " + e.getMessage(),
              ""));
    }
  }

  private static String absolute(String glob) {
    PathPatterns.of(List.of(glob), List.of());
    return glob;
  }

  private static Origin.Label label(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("a name and a value such as app=shop");
    }
    return new Origin.Label(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  private static int bytes(DataSize size) {
    return Math.toIntExact(size.bytes());
  }

  private static String withoutPasswords(String text) {
    return text.replaceAll("//[^/@,]*@", "//***@");
  }
}
