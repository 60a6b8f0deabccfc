package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two builds of one commit, in two folders. */
@Tag("image")
@Tag("long")
class ReproducibleIT {
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));

  @Test
  void twoBuildsHaveTheSameLayersButTheAotCache() throws Exception {
    Process process =
        new ProcessBuilder(ROOT.resolve("docker/reproducible").toString(), "leader-elector")
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      assertThat(output).contains("leader-elector: 4 layers are the same in two builds");
    } finally {
      process.destroy();
    }
  }
}
