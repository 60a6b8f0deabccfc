package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the README, as they stand there, against a running shipper. What needs an image
 * is in {@link ReadmeImageIT}.
 */
final class ReadmeIT {
  private static final String README = "sidecar-logshipper/README.md";

  /** Commands that are run elsewhere, by how they begin, and where. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "./quickstart sidecar-logshipper", "ExamplesIT",
          "./mvnw -q package -pl sidecar-logshipper", "verify",
          "mkdir -p /tmp/logshipper", "ReadmeIT",
          "LOGSHIPPER_PATHS=/var/log/*.log LOGSHIPPER_SHIP_TO=stdout: ", "ReadmeIT",
          "./docker/build sidecar-logshipper", "verify",
          "docker-compose -f examples/log-shipping/compose.yaml", "ExamplesIT",
          "kubectl apply -f examples/log-shipping/kubernetes.yaml", "ExamplesIT",
          "kubectl logs ", "ExamplesIT");

  /** What is to be set, and not to be typed. */
  private static final String NO_COMMAND = "LOGSHIPPER_PATHS=/logs/*.log  LOGSHIPPER_SHIP_TO=";

  @TempDir Path folder;
  private String management = "";

  @BeforeEach
  void aFreePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      management = "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void thePlainProcessOfTheReadmeShipsAndUnderstandsEveryCall() throws Exception {
    Files.writeString(folder.resolve("app.log"), "INFO order 1 taken\n");
    Path out = folder.resolve("out");
    Process shipper =
        shell(
                inTheFolder(Document.of(README).command("STATE_DIR="))
                    .replace(" java ", " exec java "))
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      Await.until(
          () -> "the line is shipped:\n" + text(folder.resolve("err")),
          () -> text(out).contains("\"message\":\"INFO order 1 taken\""));

      List<String> calls =
          Document.of(README).blocks("").stream()
              .flatMap(String::lines)
              .filter(line -> line.startsWith("curl "))
              .toList();
      assertThat(calls).hasSizeGreaterThan(3);
      for (String call : calls) {
        String shown = call.replace("curl ", "curl -m 5 -w '\\nstatus %{http_code}' ");
        assertThat(run(shown.replace("localhost:9471", management)))
            .as(call)
            .containsPattern("status 20[02]");
      }
    } finally {
      shipper.destroy();
      assertThat(shipper.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(shipper.exitValue()).as(text(folder.resolve("err"))).isZero();
  }

  @Test
  void everyRecipeIsAConfigurationThatTheShipperAccepts() throws Exception {
    String check = Document.of(README).command(".jar check").replaceFirst("^.*stdout: ", "");
    List<String> recipes = Document.of(README).blocks("properties");

    assertThat(recipes).hasSizeGreaterThan(3);
    for (String recipe : recipes) {
      ProcessBuilder builder = shell(check).redirectErrorStream(true);
      recipe
          .lines()
          .map(line -> line.split("=", 2))
          .forEach(pair -> builder.environment().put(pair[0], pair[1]));
      Process process = builder.start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(recipe + answer).isZero();
    }
  }

  @Test
  void theCheckOfTheReadmeIsContent() throws Exception {
    Process process =
        shell(Document.of(README).command(".jar check")).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(answer).isZero();
  }

  @Test
  void everyCommandThatIsShownIsRunByATest() throws Exception {
    var unknown = new ArrayList<String>();
    for (Document document : Document.all()) {
      document.blocks("").stream()
          .flatMap(String::lines)
          .filter(line -> !line.isBlank() && !line.startsWith("curl "))
          .filter(line -> !line.startsWith(NO_COMMAND))
          .filter(line -> ELSEWHERE.keySet().stream().noneMatch(line::startsWith))
          .map(line -> document.path() + ": " + line)
          .forEach(unknown::add);
    }

    assertThat(unknown).as("run it in a test, and say in this class where").isEmpty();
  }

  @Test
  void whereACommandIsSaidToBeRunThereIsATest() throws Exception {
    for (String place : ELSEWHERE.values()) {
      assertThat(Files.exists(Document.ROOT.resolve(place)) || isTest(place)).as(place).isTrue();
    }
  }

  @Test
  void everyTestThatHoldsAPromiseExists() throws Exception {
    var missing = new ArrayList<String>();
    for (String name : promised()) {
      String[] parts = name.split("\\.");
      if (!isTest(parts[0]) || (parts.length > 1 && !source(parts[0]).contains(parts[1] + "("))) {
        missing.add(name);
      }
    }

    assertThat(missing).isEmpty();
  }

  /** The names in the last column of the table of promises. */
  private static List<String> promised() throws IOException {
    String text = Document.of(README).text();
    return text.substring(text.indexOf("| promise |"), text.indexOf("**How many twice?**"))
        .lines()
        .filter(line -> line.startsWith("| ") && line.contains("`"))
        .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2) + 1))
        .flatMap(column -> Stream.of(column.replaceAll("[`| ]", "").split(",")))
        .toList();
  }

  private static boolean isTest(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files.anyMatch(file -> file.endsWith(name + ".java"));
    }
  }

  private static String source(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Files.readString(
          files.filter(file -> file.endsWith(name + ".java")).findFirst().orElseThrow());
    }
  }

  private String inTheFolder(String command) {
    return command.replace("/var/log/", folder + "/").replace("/tmp/logshipper", folder.toString());
  }

  /** In the top folder, with the Java that runs this test. */
  private ProcessBuilder shell(String command) {
    var builder =
        new ProcessBuilder("timeout", "90", "bash", "-c", command)
            .directory(Document.ROOT.toFile());
    builder
        .environment()
        .merge("PATH", System.getProperty("java.home") + "/bin:", (path, more) -> more + path);
    builder.environment().put("MANAGEMENT_LISTEN", management);
    return builder;
  }

  private String run(String command) throws Exception {
    Process process = shell(command).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
