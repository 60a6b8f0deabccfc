import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A shipper with the settings with which it promises to lose nothing, and one destination that it
 * can have. README.md says for each where these settings come from.
 */
enum Candidate {
  OURS_HTTP("ours", "HTTP", true),
  OURS_GZIP("ours", "HTTP gzip", true),
  OURS_ZSTD("ours", "HTTP zstd", true),
  OURS_TCP("ours, RFC 5424", "TCP", false),
  FLUENT_BIT_HTTP("Fluent Bit", "HTTP", true),
  FLUENT_BIT_GZIP("Fluent Bit", "HTTP gzip", true),
  FLUENT_BIT_ZSTD("Fluent Bit", "HTTP zstd", true),
  FLUENT_BIT_TCP("Fluent Bit", "TCP", false),
  RSYSLOG("rsyslog, direct", "TCP", false),
  RSYSLOG_MEMORY("rsyslog, queue in memory", "TCP", false),
  RSYSLOG_DISK("rsyslog, disk-assisted queue", "TCP", false),
  SYSLOG_NG("syslog-ng, flow control", "TCP", false),
  SYSLOG_NG_DISK("syslog-ng, reliable disk buffer", "TCP", false),
  SYSLOG_NG_HTTP("syslog-ng, flow control", "HTTP", true),
  FLOOR_JAVA_COPY("floor: Java, read and write", "TCP", false),
  FLOOR_JAVA_SENDFILE("floor: Java, sendfile", "TCP", false),
  FLOOR_C_COPY("floor: C, read and send", "TCP", false),
  FLOOR_C_SENDFILE("floor: C, sendfile", "TCP", false);

  private final String title;
  private final String to;
  private final boolean http;

  Candidate(String title, String to, boolean http) {
    this.title = title;
    this.to = to;
    this.http = http;
  }

  String title() {
    return title;
  }

  String to() {
    return to;
  }

  boolean http() {
    return http;
  }

  /** A program that keeps no state and follows no file, so a drain is all it can do. */
  boolean floor() {
    return name().startsWith("FLOOR");
  }

  /** What explains the others, and need not be seen with every input: slow ones, and the floor. */
  boolean aside() {
    return floor() || this == RSYSLOG_MEMORY || this == RSYSLOG_DISK || this == SYSLOG_NG_DISK;
  }

  private boolean ours() {
    return name().startsWith("OURS");
  }

  /** MiB, as in the image's documented container; the others have no limit. */
  int memoryLimit() {
    return ours() ? 64 : 0;
  }

  /** Why it cannot be run here, or nothing. */
  String missing(Places places) {
    if (name().startsWith("FLUENT_BIT") && places.fluentBit() == null) {
      return "FLUENT_BIT is not set";
    }
    return name().startsWith("FLOOR_C") && !Files.exists(compiledFloor()) ? "no C compiler" : "";
  }

  /** What stays the same during one run: where the programs are, the logs, the state, the port. */
  record Places(
      Path image,
      Path runtime,
      Path rsyslog,
      Path syslogNg,
      Path fluentBit,
      Path logs,
      Path state,
      int files,
      int port) {
    Places of(Path logs, Path state, int files, int port) {
      return new Places(image, runtime, rsyslog, syslogNg, fluentBit, logs, state, files, port);
    }
  }

  /** The command that starts it; writes its configuration into the folder of its state. */
  List<String> command(Places p) throws IOException {
    return switch (this) {
      case OURS_HTTP, OURS_GZIP, OURS_ZSTD, OURS_TCP -> ours(p);
      case FLUENT_BIT_HTTP, FLUENT_BIT_GZIP, FLUENT_BIT_ZSTD, FLUENT_BIT_TCP -> fluentBit(p);
      case RSYSLOG, RSYSLOG_MEMORY, RSYSLOG_DISK -> rsyslog(p);
      case SYSLOG_NG, SYSLOG_NG_DISK, SYSLOG_NG_HTTP -> syslogNg(p);
      case FLOOR_JAVA_COPY -> Trial.java("Floor", "copy", p.logs, p.port);
      case FLOOR_JAVA_SENDFILE -> Trial.java("Floor", "sendfile", p.logs, p.port);
      case FLOOR_C_COPY -> compiledFloor("copy", p);
      case FLOOR_C_SENDFILE -> compiledFloor("sendfile", p);
    };
  }

  Map<String, String> environment(Places p) {
    String libraries = System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
    return switch (this) {
      case OURS_HTTP -> ourEnvironment(p, "http://127.0.0.1:" + p.port + "/logs?compression=none");
      case OURS_GZIP -> ourEnvironment(p, "http://127.0.0.1:" + p.port + "/logs?compression=gzip");
      case OURS_ZSTD -> ourEnvironment(p, "http://127.0.0.1:" + p.port + "/logs?compression=zstd");
      case OURS_TCP -> ourEnvironment(p, "syslog://127.0.0.1:" + p.port);
      case FLUENT_BIT_HTTP, FLUENT_BIT_GZIP, FLUENT_BIT_ZSTD, FLUENT_BIT_TCP -> Map.of();
      case RSYSLOG, RSYSLOG_MEMORY, RSYSLOG_DISK -> libraries(p.rsyslog, libraries);
      case SYSLOG_NG, SYSLOG_NG_DISK, SYSLOG_NG_HTTP -> libraries(p.syslogNg, libraries);
      case FLOOR_JAVA_COPY, FLOOR_JAVA_SENDFILE, FLOOR_C_COPY, FLOOR_C_SENDFILE -> Map.of();
    };
  }

  private static Map<String, String> libraries(Path root, String machine) {
    return Map.of(
        "LD_LIBRARY_PATH",
        "%1$s/usr/lib/%2$s:%1$s/lib/%2$s:%1$s/usr/lib/syslog-ng".formatted(root, machine));
  }

  private static Map<String, String> ourEnvironment(Places p, String destination) {
    return Map.of(
        "LOGSHIPPER_PATHS",
        p.logs + "/*.log",
        "LOGSHIPPER_SHIP_TO",
        destination,
        "LOGSHIPPER_STATE_DIR",
        p.state.toString(),
        "MANAGEMENT_LISTEN",
        "127.0.0.1:0",
        "LOG_LEVEL",
        "warn");
  }

  /** The entrypoint of the image, on the image's own files. */
  private static List<String> ours(Places p) {
    var app = p.image.resolve("app");
    return List.of(
        p.runtime.resolve("opt/java/bin/java").toString(),
        "-XX:Flags=" + app.resolve("jvm.flags"),
        "-XX:AOTCache=" + app.resolve("sidecar-logshipper.aot"),
        "-Djava.library.path=" + app.resolve("native"),
        "-jar",
        app.resolve("sidecar-logshipper.jar").toString());
  }

  private List<String> fluentBit(Places p) throws IOException {
    String output =
        this == FLUENT_BIT_TCP
            ? "name tcp"
            : "name http\n    uri /logs"
                + (this == FLUENT_BIT_GZIP ? "\n    compress gzip" : "")
                + (this == FLUENT_BIT_ZSTD ? "\n    compress zstd" : "");
    var file =
        Files.writeString(
            p.state.resolve("fluent-bit.conf"),
            """
            [SERVICE]
                flush 0.2
                daemon off
                log_level warn
                storage.path %1$s/chunks
                storage.sync normal
                scheduler.cap 30
            [INPUT]
                name tail
                path %2$s/*.log
                db %1$s/tail.db
                read_from_head true
                refresh_interval 1
                buffer_chunk_size 256k
                buffer_max_size 1M
                storage.type filesystem
                storage.pause_on_chunks_overlimit on
            [OUTPUT]
                %3$s
                match *
                host 127.0.0.1
                port %4$d
                format json_lines
                retry_limit no_limits
                workers 1
            """
                .formatted(p.state, p.logs, output, p.port));
    return List.of(p.fluentBit.toString(), "-c", file.toString());
  }

  private List<String> rsyslog(Places p) throws IOException {
    String ruleset =
        switch (this) {
          case RSYSLOG -> "queue.type=\"Direct\"";
          case RSYSLOG_MEMORY ->
              "queue.type=\"LinkedList\" queue.size=\"100000\" queue.dequeueBatchSize=\"1024\"";
          default -> "";
        };
    // With an interval lines were lost in a kill: it counts those that are not submitted yet.
    int interval = this == RSYSLOG ? 0 : 1000;
    String action =
        this == RSYSLOG_DISK
            ? "queue.type=\"LinkedList\" queue.filename=\"peer\" queue.size=\"50000\""
                + " queue.saveOnShutdown=\"on\""
            : "";
    var file =
        Files.writeString(
            p.state.resolve("rsyslog.conf"),
            """
            global(workDirectory="%1$s")
            module(load="imfile" mode="inotify")
            input(type="imfile" file="%2$s/*.log" tag="app" ruleset="all"
              persistStateInterval="%6$d" persistStateAfterSubmission="on")
            ruleset(name="all" %3$s) {
              action(type="omfwd" target="127.0.0.1" port="%4$d" protocol="tcp" TCP_Framing="octet-counted"
                action.resumeRetryCount="-1" action.resumeInterval="1"
                %5$s)
            }
            """
                .formatted(p.state, p.logs, ruleset, p.port, action, interval));
    return List.of(
        p.rsyslog.resolve("usr/sbin/rsyslogd").toString(),
        "-n",
        "-iNONE",
        "-f",
        file.toString(),
        "-M",
        child(p.rsyslog.resolve("usr/lib"), "*-linux-gnu").resolve("rsyslog").toString());
  }

  private List<String> syslogNg(Places p) throws IOException {
    String destination =
        switch (this) {
          case SYSLOG_NG_HTTP ->
              """
              http(url("http://127.0.0.1:%d/logs") method("POST") workers(1) retries(100000000) timeout(30)
                  batch-lines(5000) batch-bytes(524288) batch-timeout(200) delimiter("\\n")
                  headers("Content-Type: application/x-ndjson") body("$(format-json --scope none message=$MSG)"));\
              """
                  .formatted(p.port);
          case SYSLOG_NG_DISK ->
              """
              network("127.0.0.1" port(%d) transport("tcp") flush-lines(1000)
                  disk-buffer(reliable(yes) mem-buf-size(16777216) disk-buf-size(4294967296) dir("%s")));\
              """
                  .formatted(p.port, p.state);
          default ->
              "network(\"127.0.0.1\" port(%d) transport(\"tcp\") flush-lines(1000));"
                  .formatted(p.port);
        };
    var file =
        Files.writeString(
            p.state.resolve("syslog-ng.conf"),
            """
            @version: 3.38
            options { stats-freq(0); time-reopen(1); };
            source logs {
              wildcard-file(base-dir("%s") filename-pattern("*.log") max-files(%2$d) log-iw-size(%3$d)
                log-fetch-limit(1000) follow-freq(0.1) flags(no-parse));
            };
            destination peer {
              %4$s
            };
            log { source(logs); destination(peer); flags(flow-control); };
            """
                .formatted(p.logs, p.files, Math.max(100_000, p.files * 1000), destination));
    var command = new ArrayList<String>();
    command.add(p.syslogNg.resolve("usr/sbin/syslog-ng").toString());
    command.addAll(List.of("--foreground", "--stderr", "--no-caps", "--cfgfile=" + file));
    command.add("--module-path=" + child(p.syslogNg.resolve("usr/lib/syslog-ng"), "[0-9]*"));
    command.add("--persist-file=" + p.state.resolve("persist"));
    command.add("--control=" + p.state.resolve("control"));
    command.add("--pidfile=" + p.state.resolve("pid"));
    return command;
  }

  private static Path compiledFloor() {
    return Path.of(System.getProperty("java.class.path"), "floor");
  }

  private static List<String> compiledFloor(String how, Places p) {
    return List.of(compiledFloor().toString(), how, p.logs.toString(), String.valueOf(p.port));
  }

  private static Path child(Path folder, String glob) throws IOException {
    try (var children = Files.newDirectoryStream(folder, glob)) {
      return children.iterator().next();
    }
  }
}
