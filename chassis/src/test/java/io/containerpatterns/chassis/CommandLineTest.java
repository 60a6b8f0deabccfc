package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CommandLineTest {
  private static final Map<String, String> BEAR = Map.of("TOY_NAME", "bear");

  private final Image<ToyImage.Config> image = ToyImage.with((config, chassis) -> new ToyService());

  @Test
  void anUnknownCommandEndsWith64AndTheList() throws Exception {
    try (Running running = Running.start(image, BEAR, "dance")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_COMMAND_LINE);
      assertThat(running.err())
          .isEqualTo(
              "toy-bear: unknown command: \"dance\" (expected: one of the list below)\n"
                  + Command.LIST);
    }
  }

  @Test
  void anArgumentTooManyEndsWith64() throws Exception {
    try (Running running = Running.start(image, BEAR, "check", "twice")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_COMMAND_LINE);
      assertThat(running.err())
          .startsWith("toy-bear: unexpected argument: \"twice\" (expected: nothing after check)\n");
    }
  }

  @Test
  void aTimeoutWithoutUnitEndsWith64() throws Exception {
    try (Running running = Running.start(image, BEAR, "wait", "--timeout", "30")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_COMMAND_LINE);
      assertThat(running.err())
          .startsWith("toy-bear: --timeout: \"30\" (expected: a duration such as 10s)\n");
    }
  }

  @Test
  void theVersionIsPrintedAlone() throws Exception {
    try (Running running = Running.start(image, Map.of(), "--version")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(running.out()).isEqualTo("toy-bear dev\n");
    }
  }

  @Test
  void theHelpListsCommandsAndSettingsWithoutNeedingAny() throws Exception {
    try (Running running = Running.start(image, Map.of(), "--help")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(running.out())
          .startsWith(
              "toy-bear dev: the toy pattern\n\ncommands:\n"
                  + Command.LIST
                  + """

                  settings, from the environment, else from the YAML file that TOY_CONFIG names, else as shown:
                    TOY_CONFIG  optional, such as /etc/toy.yaml
                        YAML file with settings; keys are the names here, without the prefix, such as `listen` (a path such as /state)
                    TOY_NAME  required, such as bear
                        who we are (a text)
                    TOY_PAUSE=1s
                        time between two growls (a duration such as 10s, from 10ms to 1h; reloadable)
                  """);
    }
  }

  @Test
  void checkIsSilentAboutRightSettingsAndCompleteAboutWrongOnes() throws Exception {
    try (Running right = Running.start(image, BEAR, "check")) {
      assertThat(right.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(right.out()).isEqualTo("toy-bear: the settings are right\n");
    }
    try (Running wrong = Running.start(image, Map.of("TOY_PAUSE", "soon"), "check")) {
      assertThat(wrong.exitCode()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(wrong.err()).startsWith("toy-bear: 2 problems with the settings\n");
      assertThat(wrong.out()).isEmpty();
    }
  }

  @Test
  void theTablesAreMarkdown() throws Exception {
    try (Running running = Running.start(image, Map.of(), "--describe-settings")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(running.out())
          .startsWith(
              "| setting | default | meaning |\n"
                  + "|---|---|---|\n"
                  + "| `TOY_CONFIG` | none; such as `/etc/toy.yaml` |")
          .contains(
              "\n"
                  + "| `TOY_PAUSE` | `1s` | time between two growls (a duration such as 10s, from"
                  + " 10ms to 1h; reloadable) |\n");
    }
    try (Running running = Running.start(image, Map.of(), "--describe-metrics")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(running.out())
          .startsWith(
              """
              | metric | type | labels | meaning |
              |---|---|---|---|
              | `toy_in_total` | counter |  | growls that came in |
              | `toy_out_total` | counter |  | growls that went out |
              | `toy_failed_total` | counter | `stage`, `reason` | growls that failed, by stage and reason |
              """)
          .contains(
              "| `toy_config_since_seconds` | gauge |  | when they came into force, since 1970"
                  + " |\n");
    }
  }

  @Test
  void waitReturnsAsSoonAsTheOtherProcessIsReady() throws Exception {
    var asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/readyz",
        exchange -> exchange.sendResponseHeaders(asked.incrementAndGet() < 3 ? 503 : 200, -1));
    server.start();
    try (Running running =
        Running.start(
            image, Map.of("MANAGEMENT_LISTEN", ":" + server.getAddress().getPort()), "wait")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(asked).hasValue(3);
      assertThat(running.out() + running.err()).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void waitGivesUpWith69AndSaysWhatItSaw() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var environment = Map.of("MANAGEMENT_LISTEN", "127.0.0.1:" + port);
    try (Running running = Running.start(image, environment, "wait", "--timeout=50ms")) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.UPSTREAM_MISSING);
      assertThat(running.err())
          .isEqualTo("toy-bear: not ready at 127.0.0.1:" + port + ": Connection refused\n");
    }
  }
}
