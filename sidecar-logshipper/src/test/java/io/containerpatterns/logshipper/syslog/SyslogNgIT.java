package io.containerpatterns.logshipper.syslog;

import io.containerpatterns.docker.TestServer;
import io.containerpatterns.logshipper.wire.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Against the syslog-ng of Debian's package. */
class SyslogNgIT extends SyslogServerContract {
  private static final String LINE =
      "$(format-json --pair pri=$PRI --pair time=$S_ISODATE --pair host=$HOST --pair app=$PROGRAM"
          + " --pair procid=$PID --pair sd=$SDATA --pair msg=$MSG)\\n";

  @Override
  ServerProcess start(Path folder, Optional<ServerTls> tls) throws Exception {
    Path root = TestServer.unpacked("syslog-ng", "syslog-ng-core").toAbsolutePath();
    int port = ServerProcess.freePort();
    Path configuration =
        Files.writeString(folder.resolve("syslog-ng.conf"), configuration(folder, port, tls));
    return new ServerProcess(
        folder,
        port,
        Map.of(
            "LD_LIBRARY_PATH",
            root.resolve("usr/lib").resolve(machine())
                + ":"
                + root.resolve("lib").resolve(machine())
                + ":"
                + root.resolve("usr/lib/syslog-ng")),
        List.of(
            root.resolve("usr/sbin/syslog-ng").toString(),
            "--foreground",
            "--stderr",
            "--no-caps",
            "--cfgfile=" + configuration,
            "--module-path=" + modules(root),
            "--persist-file=" + folder.resolve("persist"),
            "--control=" + folder.resolve("control"),
            "--pidfile=" + folder.resolve("pid")));
  }

  @Override
  String time() {
    return "2026-11-25T13:29:12.123456+00:00";
  }

  /** Its modules lie in a folder named by its version. */
  private static Path modules(Path root) throws Exception {
    try (var folders = Files.newDirectoryStream(root.resolve("usr/lib/syslog-ng"), "[0-9]*")) {
      return folders.iterator().next();
    }
  }

  private static String configuration(Path folder, int port, Optional<ServerTls> tls) {
    String transport =
        tls.map(files ->
                """
                transport("tls")
                    tls(key-file("%s") cert-file("%s") ca-file("%s") peer-verify(%s))\
                """
                    .formatted(
                        files.key(),
                        files.certificate(),
                        files.authority(),
                        files.mutual() ? "required-trusted" : "optional-untrusted"))
            .orElse("transport(\"tcp\")");
    return """
    @version: 3.38
    options {
      stats-freq(0); keep-hostname(yes); use-dns(no); dns-cache(no); frac-digits(6);
      log-msg-size(262144);
    };
    source peers {
      syslog(ip("127.0.0.1") port(%d) %s);
    };
    destination lines {
      file("%s" template("%s"));
    };
    log { source(peers); destination(lines); };
    """
        .formatted(port, transport, ServerProcess.received(folder), LINE);
  }

  private static String machine() {
    return System.getProperty("os.arch").equals("aarch64")
        ? "aarch64-linux-gnu"
        : "x86_64-linux-gnu";
  }
}
