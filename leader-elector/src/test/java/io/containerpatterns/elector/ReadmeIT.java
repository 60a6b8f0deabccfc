package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README, as they stand there, against a running elector. */
final class ReadmeIT {
  /**
   * Bounds each call and shows its status at the end; what a reader would do with the answer is
   * left out.
   */
  private static final String SHELL =
      """
      curl() { command curl -m 2 -w '\\nstatus %%{http_code}\\n' "$@"; }
      do_work() { :; }
      %s
      """;

  @TempDir Path folder;

  @Test
  void everyCallOfTheReadmeIsUnderstood() throws Exception {
    List<String> calls =
        Files.readString(Path.of("README.md"))
            .lines()
            .filter(line -> line.startsWith("curl "))
            .toList();
    assertThat(calls).hasSizeGreaterThan(8);
    try (ElectorProcess elector = ElectorProcess.Site.in(folder).start(1).ready()) {
      for (String call : calls) {
        String answer =
            run(SHELL.formatted(shortened(call).replace("localhost:4040", elector.address())));

        assertThat(answer).as(call).containsPattern(Pattern.compile("status (200|409|503)\\n"));
      }
    }
  }

  /** A wait of an hour is the same call as one of a second. */
  private static String shortened(String call) {
    return call.replaceAll("wait=\\w+", "wait=1s");
  }

  private static String run(String script) throws Exception {
    Process process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }
}
