package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real signals to a real process. */
@Timeout(60)
final class SignalsTest {
  @TempDir Path folder;

  private final List<Process> children = new ArrayList<>();

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  @Test
  void sigtermEndsWithStatusZero() throws Exception {
    Process child = startReady();

    kill(child, "TERM");

    assertThat(status(child)).isZero();
    assertThat(output()).contains("stopping reason=SIGTERM", "stopped reason=SIGTERM");
  }

  @Test
  void sigintEndsWithStatusZero() throws Exception {
    Process child = startReady();

    kill(child, "INT");

    assertThat(status(child)).isZero();
  }

  @Test
  void sighupReloadsAndSigquitShowsThreadsWhileTheProcessLives() throws Exception {
    Process child = startReady();
    Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 5s\n");

    kill(child, "HUP");
    Await.until(this::output, () -> output().contains("configuration reloaded"));
    kill(child, "QUIT");
    Await.until(this::output, () -> output().contains("Full thread dump"));

    assertThat(child.isAlive()).isTrue();
  }

  @Test
  void anotherProcessOfTheSameImageCanWaitForThisOne() throws Exception {
    startReady();
    String address = output().replaceAll("(?s).*management address=\\S*/(\\S+).*", "$1");

    Process waiting = start(Map.of("MANAGEMENT_LISTEN", address), "wait", "--timeout", "20s");

    assertThat(status(waiting)).isZero();
  }

  @Test
  void aPortInUseEndsWithStatus78AndNamesTheSetting() throws Exception {
    startReady();
    String address = output().replaceAll("(?s).*management address=\\S*/(\\S+).*", "$1");

    Process second = start(Map.of("MANAGEMENT_LISTEN", address));

    assertThat(status(second)).isEqualTo(78);
    assertThat(output())
        .contains(
            "MANAGEMENT_LISTEN: \"" + address + "\" (expected: an address that is free and ours;");
  }

  @Test
  void wrongSettingsEndWithStatus78() throws Exception {
    Files.writeString(folder.resolve("toy.yaml"), "nmae: bear\n");

    Process child = start();

    assertThat(status(child)).isEqualTo(78);
    assertThat(output())
        .isEqualTo(
            """
            toy-bear: 2 problems with the settings
              TOY_NAME: not set (expected: a text); set it, such as TOY_NAME=bear
              %s/toy.yaml:1: "nmae" (expected: a key that --help lists in capitals); did you mean "name"?
            """
                .formatted(folder));
  }

  private Process startReady() throws Exception {
    Files.writeString(folder.resolve("toy.yaml"), "name: bear\n");
    Process child = start();
    Await.until(this::output, () -> output().contains("ready afterMs="));
    return child;
  }

  private Process start() throws IOException {
    return start(Map.of("MANAGEMENT_LISTEN", "127.0.0.1:0"));
  }

  private Process start(Map<String, String> environment, String... args) throws IOException {
    var builder =
        new ProcessBuilder(
            // A test run in the background, or under nohup, hands down signals that are ignored.
            "env",
            "--default-signal=HUP,INT,QUIT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ToyMain.class.getName());
    builder.command().addAll(List.of(args));
    builder.environment().putAll(environment);
    builder.environment().put("TOY_CONFIG", folder.resolve("toy.yaml").toString());
    builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(outputFile()));
    Process child = builder.start();
    children.add(child);
    return child;
  }

  private static void kill(Process child, String signal) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid())).start().waitFor())
        .isZero();
  }

  private static int status(Process child) throws InterruptedException {
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return child.exitValue();
  }

  private File outputFile() {
    return folder.resolve("output").toFile();
  }

  private String output() {
    try {
      return Files.readString(outputFile().toPath());
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }
}
