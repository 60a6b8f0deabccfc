package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternsTest {
  @ParameterizedTest
  @CsvSource({
    "/logs/*.log, /logs/a.log, true",
    "/logs/*.log, /logs/a/b.log, false",
    "/logs/**/*.log, /logs/a.log, true",
    "/logs/**/*.log, /logs/a/b/c.log, true",
    "/logs/**/*.log, /logs/a/b/c.txt, false",
    "/logs/app-?.log, /logs/app-1.log, true",
    "/logs/app-[0-9].log, /logs/app-x.log, false",
    "/logs/app.log, /logs/app.log, true",
    "/logs/.hidden*, /logs/.hidden.log, true",
  })
  void aGlobMeansWhatItMeansInAShell(String glob, Path path, boolean matches) {
    assertThat(PathPatterns.of(List.of(glob), List.of()).matches(path)).isEqualTo(matches);
  }

  @Test
  void whatIsExcludedIsNotMeant() {
    var patterns = PathPatterns.of(List.of("/logs/**/*.log"), List.of("**/.logshipper/**"));

    assertThat(patterns.matches(Path.of("/logs/.logshipper/a.log"))).isFalse();
    assertThat(patterns.matches(Path.of("/logs/a.log"))).isTrue();
  }

  @Test
  void eachFolderIsLookedIntoOnceAndNoDeeperThanNeeded() {
    var patterns =
        PathPatterns.of(
            List.of(
                "/logs/*.log", "/logs/*.txt", "/logs/a/*/x.log", "/var/**/y.log", "/var/z/y.log"),
            List.of());

    assertThat(patterns.roots())
        .containsExactlyInAnyOrder(
            new PathPatterns.Root(Path.of("/logs"), 1),
            new PathPatterns.Root(Path.of("/logs/a"), 2),
            new PathPatterns.Root(Path.of("/var"), Integer.MAX_VALUE));
  }

  @Test
  void aRelativePathIsRefused() {
    assertThatThrownBy(() -> PathPatterns.of(List.of("logs/*.log"), List.of()))
        .hasMessage("\"logs/*.log\" is no absolute path (expected: one such as /logs/*.log)");
  }

  @Test
  void whatRotationMakesOfANameIsMeantCompressedOrNotAndNothingUnfinished() {
    PathPatterns patterns =
        PathPatterns.of(PathPatterns.withRotated(List.of("/logs/*.log")), List.of());

    assertThat(patterns.matches(Path.of("/logs/app.log.1"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.12"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log-20261125"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.2026-11-25"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.gz"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app-2026-01-01.log.zst"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.1.gz"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.12.zst"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log-20261125.zst"))).isTrue();
    assertThat(patterns.matches(Path.of("/logs/app.log.1.gz.tmp"))).isFalse();
    assertThat(patterns.matches(Path.of("/logs/app.log.1.xz"))).isFalse();
    assertThat(patterns.matches(Path.of("/logs/app.log.1.tmp"))).isFalse();
  }
}
