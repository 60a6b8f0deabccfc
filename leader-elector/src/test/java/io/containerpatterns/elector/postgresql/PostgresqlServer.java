package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL of the test's own: a fresh cluster in a temporary folder, on a free port of
 * loopback, run as nobody where the test is root, because the server refuses root. The programs are
 * those of the machine, or those that {@code docker/test-server} unpacked.
 */
public final class PostgresqlServer implements AutoCloseable {
  public static final String USER = "postgres";
  public static final String PASSWORD = "s3cr3t-of-the-test";

  /** Nobody: the server wants a uid that has a name. */
  private static final int UID = 65_534;

  private static final Path UNPACKED =
      Path.of(System.getProperty("containerpatterns.root", ".."), "docker/target/servers")
          .toAbsolutePath()
          .normalize();

  private final Path folder;
  private final Path programs;
  private final int port;
  private final List<String> options;
  private final AtomicInteger databases = new AtomicInteger();
  private @Nullable Process process;

  private PostgresqlServer(Path folder, Path programs, int port, List<String> options) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
    this.options = new ArrayList<>(options);
  }

  /**
   * Makes a cluster and starts it; {@code options} are those of the command {@code postgres}.
   * Nothing waits for the disk unless they say so.
   */
  public static PostgresqlServer fresh(String... options) throws IOException {
    PostgresqlServer server = empty(options);
    Path password = server.folder.resolve("password");
    Files.writeString(password, PASSWORD);
    server.own(password);
    server.run(
        "initdb",
        "-D",
        server.data(),
        "-U",
        USER,
        "--auth=scram-sha-256",
        "--pwfile=" + password,
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync");
    Files.writeString(
        server.folder.resolve("data/pg_hba.conf"),
        """
        host all         all 127.0.0.1/32 scram-sha-256
        host replication all 127.0.0.1/32 scram-sha-256
        """);
    server.start();
    return server;
  }

  /**
   * One that lets nobody in unencrypted, with a certificate for 127.0.0.1 in {@code certificate}.
   */
  static PostgresqlServer encrypted(Path certificate, Path key) throws IOException {
    PostgresqlServer server = fresh();
    server.stop();
    server.options.addAll(List.of("-c", "ssl=on"));
    for (Path each : List.of(certificate, key)) {
      Path copy = Path.of(server.data()).resolve(each.getFileName().toString());
      Files.copy(each, copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
      server.own(copy);
    }
    Files.writeString(
        server.folder.resolve("data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    server.start();
    return server;
  }

  /** A hot standby of this one, which does not wait for it. */
  PostgresqlServer standby() throws IOException {
    PostgresqlServer standby = empty(options.toArray(String[]::new));
    standby.run(
        "pg_basebackup",
        "-D",
        standby.data(),
        "-d",
        "host=127.0.0.1 port=%d user=%s password=%s".formatted(port, USER, PASSWORD),
        "--checkpoint=fast",
        "--no-sync",
        "--write-recovery-conf");
    standby.start();
    return standby;
  }

  private static PostgresqlServer empty(String... options) throws IOException {
    Path folder = Files.createTempDirectory("postgresql-");
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var server = new PostgresqlServer(folder, programs(), free.getLocalPort(), List.of(options));
      server.own(folder);
      return server;
    }
  }

  private static Path programs() throws IOException {
    for (Path root : List.of(Path.of("/"), UNPACKED.resolve("postgresql"))) {
      Path versions = root.resolve("usr/lib/postgresql");
      if (Files.isDirectory(versions)) {
        try (Stream<Path> each = Files.list(versions)) {
          var newest =
              each.map(version -> version.resolve("bin"))
                  .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                  .max(Comparator.naturalOrder());
          if (newest.isPresent()) {
            return newest.get();
          }
        }
      }
    }
    throw new AssertionError(
        "no PostgreSQL on this machine: apt-get install postgresql, or run"
            + " docker/test-server postgresql postgresql, as ./verify does");
  }

  public void start() throws IOException {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            "-D",
            data(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "shared_buffers=16MB",
            "-c",
            "fsync=off",
            "-c",
            "jit=off",
            "-c",
            "log_min_messages=fatal"));
    command.addAll(options);
    Process started =
        builder("postgres", command.toArray(String[]::new))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    process = started;
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    Await.until(() -> "PostgreSQL answers: " + log(), this::answers);
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends every connection and then the server, as an administrator would. */
  public void stop() throws IOException {
    Process running = process();
    signal("INT", running.toHandle());
    try {
      if (!running.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("PostgreSQL did not stop: " + log());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Stops it and all that serve a connection with SIGSTOP. */
  void pause() throws IOException {
    signal("STOP", process().toHandle());
    for (ProcessHandle child : process().children().toList()) {
      signal("STOP", child);
    }
  }

  void goOn() throws IOException {
    for (ProcessHandle child : process().children().toList()) {
      signal("CONT", child);
    }
    signal("CONT", process().toHandle());
  }

  /** Makes a standby a primary. */
  void promote() throws SQLException {
    execute("postgres", "SELECT pg_promote()");
  }

  private Process process() {
    Process running = process;
    if (running == null) {
      throw new AssertionError("not started");
    }
    return running;
  }

  public int port() {
    return port;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A new empty database. */
  public String database() throws SQLException {
    String name = "test_" + databases.incrementAndGet();
    execute("postgres", "CREATE DATABASE " + name);
    return name;
  }

  /** Where it is, as the setting has it. */
  PostgresqlUrl url(String database) {
    return url(database, port);
  }

  /** Where it is behind a proxy at {@code port}. */
  PostgresqlUrl url(String database, int port) {
    return PostgresqlUrl.parse("postgresql://" + USER + "@127.0.0.1:" + port + "/" + database);
  }

  /** A connection that no store knows of. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + port
            + "/"
            + database
            + "?connectTimeout=5&socketTimeout=20",
        USER,
        PASSWORD);
  }

  /** Does by hand what an administrator does. */
  public void execute(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row. */
  String ask(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private void own(Path path) throws IOException {
    if (isRoot()) {
      Files.setAttribute(path, "unix:uid", UID);
      Files.setAttribute(path, "unix:gid", UID);
    }
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private void run(String program, String... arguments) throws IOException {
    Path log = folder.resolve("log-" + program);
    Process running =
        builder(program, arguments).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!running.waitFor(60, TimeUnit.SECONDS) || running.exitValue() != 0) {
        throw new AssertionError(program + ": " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ProcessBuilder builder(String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("LC_ALL", "C");
    if (programs.startsWith(UNPACKED)) {
      builder.environment().put("LD_LIBRARY_PATH", libraries());
    }
    return builder;
  }

  /** What was unpacked beside the programs, for the loader. */
  private static String libraries() throws IOException {
    var folders = new ArrayList<String>();
    try (Stream<Path> all = Files.walk(UNPACKED.resolve("postgresql"), 4)) {
      all.filter(path -> path.getFileName().toString().endsWith("-linux-gnu"))
          .forEach(path -> folders.add(path.toAbsolutePath().toString()));
    }
    return String.join(":", folders);
  }

  private static void signal(String name, ProcessHandle to) throws IOException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(to.pid())).start().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    Process running = process;
    if (running != null && running.isAlive()) {
      goOn();
      stop();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw new AssertionError("left behind in " + folder, e);
    }
  }
}
