package io.containerpatterns.logshipper.syslog;

import io.containerpatterns.docker.TestServer;
import io.containerpatterns.logshipper.wire.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Against the rsyslogd of Debian's package. */
class RsyslogIT extends SyslogServerContract {
  @Override
  ServerProcess start(Path folder, Optional<ServerTls> tls) throws Exception {
    Path root = TestServer.unpacked("rsyslog", "rsyslog", "rsyslog-openssl").toAbsolutePath();
    Path libraries = root.resolve("usr/lib").resolve(machine());
    int port = ServerProcess.freePort();
    Path configuration =
        Files.writeString(folder.resolve("rsyslog.conf"), configuration(folder, port, tls));
    return new ServerProcess(
        folder,
        port,
        Map.of("LD_LIBRARY_PATH", libraries + ":" + root.resolve("lib").resolve(machine())),
        List.of(
            root.resolve("usr/sbin/rsyslogd").toString(),
            "-n",
            "-iNONE",
            "-f",
            configuration.toString(),
            "-M",
            libraries.resolve("rsyslog").toString()));
  }

  @Override
  String time() {
    return "2026-11-25T13:29:12.123456Z";
  }

  private static String configuration(Path folder, int port, Optional<ServerTls> tls) {
    String global = "";
    String driver = "";
    if (tls.isPresent()) {
      ServerTls files = tls.get();
      global =
          " defaultNetstreamDriver=\"ossl\" defaultNetstreamDriverCAFile=\"%s\""
                  .formatted(files.authority())
              + " defaultNetstreamDriverCertFile=\"%s\" defaultNetstreamDriverKeyFile=\"%s\""
                  .formatted(files.certificate(), files.key());
      driver =
          " streamDriver.name=\"ossl\" streamDriver.mode=\"1\" streamDriver.authMode=\"%s\""
              .formatted(files.mutual() ? "x509/certvalid" : "anon");
    }
    return """
    global(workDirectory="%s" maxMessageSize="256k" parser.escapeControlCharactersOnReceive="off"%s)
    module(load="imtcp"%s)
    template(name="line" type="list" option.jsonf="on") {
      property(outname="pri" name="pri" format="jsonf")
      property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
      property(outname="host" name="hostname" format="jsonf")
      property(outname="app" name="app-name" format="jsonf")
      property(outname="procid" name="procid" format="jsonf")
      property(outname="sd" name="structured-data" format="jsonf")
      property(outname="msg" name="msg" format="jsonf")
    }
    ruleset(name="all") { action(type="omfile" file="%s" template="line") }
    input(type="imtcp" address="127.0.0.1" port="%d" ruleset="all")
    """
        .formatted(folder, global, driver, ServerProcess.received(folder), port);
  }

  private static String machine() {
    return System.getProperty("os.arch").equals("aarch64")
        ? "aarch64-linux-gnu"
        : "x86_64-linux-gnu";
  }
}
