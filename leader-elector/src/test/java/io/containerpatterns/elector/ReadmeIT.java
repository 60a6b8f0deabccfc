package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.ElectorProcess.Site;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the READMEs, as they stand there, against a running elector. What needs an image
 * is in {@link ReadmeImageIT}.
 */
final class ReadmeIT {
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));

  /**
   * Bounds each call and shows its status at the end; what a reader would do with the answer is
   * left out.
   */
  private static final String SHELL =
      """
      curl() { command curl -m 5 -w '\\nstatus %%{http_code}\\n' "$@"; }
      do_work() { :; }
      %s
      """;

  /** Commands that are run elsewhere, by how they begin, and where. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("./quickstart", "ExamplesIT"),
          Map.entry("./verify", ".ci/run"),
          Map.entry("./mvnw -q package -pl leader-elector", "verify"),
          Map.entry("ELECTOR_STORE=file ", "ReadmeIT"),
          Map.entry("while sleep 1; do\n  token=", "ReadmeIT"),
          Map.entry("docker/build", "verify"),
          Map.entry("./docker/build", "verify"),
          Map.entry("docker/publish ", "PublishIT"),
          Map.entry("docker/reproducible ", "ReproducibleIT"),
          Map.entry("./mvnw package -Pimages -Dbase.from=", "OtherBaseIT"),
          Map.entry(
              "docker run --rm -e JDK_JAVA_OPTIONS='-Xlog:class+load'", "LeaderElectorImageIT"),
          Map.entry("docker run --rm -e JDK_JAVA_OPTIONS=-XX:AOTMode=on", "ReadmeImageIT"),
          Map.entry("docker-compose -f examples/leader-election/compose.yaml", "ExamplesIT"),
          Map.entry("kubectl apply -f examples/leader-election/kubernetes.yaml", "ExamplesIT"),
          Map.entry(
              "kubectl apply -f examples/leader-election/kubernetes-lease.yaml",
              "KubernetesExamplesIT"),
          Map.entry(
              "kubectl apply -f examples/leader-election/statefulset.yaml", "KubernetesExamplesIT"),
          Map.entry("etcdctl ", "EtcdRecipeIT"),
          Map.entry("kubectl logs ", "ExamplesIT"));

  /** Drawings, samples and rules, by how they begin. */
  private static final List<String> NO_COMMANDS =
      List.of("t0 = monotonic clock", "settings -> management port", "training.env ");

  @TempDir Path folder;

  @Test
  void everyCallOfTheReadmesIsUnderstood() throws Exception {
    var calls = new ArrayList<String>();
    for (Document document : Document.all()) {
      calls.addAll(document.calls());
    }
    assertThat(calls).hasSizeGreaterThan(15);
    try (ElectorProcess elector = Site.in(folder).start(1).ready()) {
      for (String call : calls) {
        String answer = run(folder, SHELL.formatted(addressed(shortened(call), elector)));

        assertThat(answer).as(call).containsPattern(Pattern.compile("status (200|202|409|503)\\n"));
      }
    }
  }

  @Test
  void theLoopOfAShellHandsTheTokenToTheWork() throws Exception {
    String loop = Document.of("leader-elector/README.md").block("", "--fencing-token");
    Path work = folder.resolve("work");
    Files.writeString(work, "#!/bin/sh\necho \"$@\" >told\nkill $PPID\n");
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (ElectorProcess elector = Site.in(folder).start(1).ready()) {
      long token = elector.awaitToken();

      run(folder, addressed(loop, elector));

      assertThat(folder.resolve("told")).hasContent("--fencing-token " + token);
    }
  }

  @Test
  void thePlainProcessOfTheReadmeServes() throws Exception {
    String command =
        Document.of("leader-elector/README.md")
            .block("", "java -jar")
            .lines()
            .filter(line -> line.contains("java -jar"))
            .findFirst()
            .orElseThrow();
    Site site = Site.in(folder);
    var builder =
        new ProcessBuilder(
                "bash",
                "-c",
                command
                    .replace("ELECTOR_STORE", "exec env ELECTOR_STORE")
                    .replace("/tmp/leases", folder.resolve("leases").toString()))
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder
        .environment()
        .merge("PATH", System.getProperty("java.home") + "/bin:", (path, more) -> more + path);
    builder.environment().put("ELECTOR_LISTEN", "127.0.0.1:" + site.port());
    builder.environment().put("MANAGEMENT_LISTEN", "127.0.0.1:" + site.managementPort());
    Process process = builder.start();
    try {
      Await.until(
          () -> "it leads:\n" + text(folder.resolve("log")),
          () -> status("127.0.0.1:" + site.port() + "/leading").contains("status 200"));
    } finally {
      process.destroy();
      process.waitFor();
    }
    assertThat(process.exitValue()).as(text(folder.resolve("log"))).isZero();
  }

  @Test
  void everyCommandThatIsShownIsRunByATest() throws Exception {
    var unknown = new ArrayList<String>();
    for (Document document : Document.all()) {
      for (Document.Block block : document.blocks("")) {
        unknown.addAll(unknown(block.text()).stream().map(document.path()::concat).toList());
      }
    }

    assertThat(unknown).as("run it in a test, and say in this class where").isEmpty();
  }

  @Test
  void whereACommandIsSaidToBeRunThereIsATest() throws Exception {
    for (String place : ELSEWHERE.values()) {
      assertThat(Files.exists(ROOT.resolve(place)) || isTest(place)).as(place).isTrue();
    }
  }

  private static List<String> unknown(String block) {
    if (NO_COMMANDS.stream().anyMatch(block::startsWith)
        || ELSEWHERE.keySet().stream()
            .anyMatch(key -> key.contains("\n") && block.startsWith(key))) {
      return List.of();
    }
    return block
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("curl "))
        .filter(line -> ELSEWHERE.keySet().stream().noneMatch(line::startsWith))
        .map(line -> ": " + line)
        .toList();
  }

  private static boolean isTest(String name) throws IOException {
    for (String module : List.of("docker", "chassis", "leader-elector")) {
      try (var files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        if (files.anyMatch(file -> file.endsWith(name + ".java"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String addressed(String command, ElectorProcess elector) {
    return command
        .replace("localhost:4040", elector.address())
        .replace("localhost:9474", elector.managementAddress());
  }

  /** A wait of an hour is the same call as one of a second. */
  private static String shortened(String call) {
    return call.replaceAll("wait=\\w+", "wait=1s").replace("\"seconds\":10", "\"seconds\":1");
  }

  private String status(String address) {
    try {
      return run(folder, SHELL.formatted("curl -s " + address));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String run(Path folder, String script) throws Exception {
    // Bounded, whatever a loop in it does.
    Process process =
        new ProcessBuilder("timeout", "60", "bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }
}
