package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands in the layers of the image's tar is what this build made. A layer that Jib kept from
 * an earlier build of the checkout would fail here, in the second build and each one after it.
 */
@Tag("image")
final class ImageLayersIT {
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));
  private static final Path BUILT = Path.of("target");

  @TempDir Path folder;

  @BeforeEach
  void unpackTheLayersInTheirOrder() throws Exception {
    Process tar =
        new ProcessBuilder(
                "bash",
                "-c",
                """
                set -eo pipefail
                tar -xf "$0"
                mkdir root
                for layer in $(grep -o '[0-9a-f]*\\.tar\\.gz' manifest.json); do
                  tar --warning=no-unknown-keyword -xzf "$layer" -C root
                done
                """,
                BUILT.resolve("leader-elector-image.tar").toAbsolutePath().toString())
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
  }

  @Test
  void theImageHoldsTheJarTheLibrariesAndTheCacheOfThisBuild() throws Exception {
    // The cache and the native library exist nowhere but where the image was laid out.
    var built = digests(BUILT.resolve("image/app"));
    built.putAll(digests(BUILT.resolve("libs"), "libs/"));
    built.put("leader-elector.jar", digest(BUILT.resolve("leader-elector.jar")));

    var inTheImage = digests(folder.resolve("root/app"));

    assertThat(inTheImage).containsKeys("leader-elector.jar", "leader-elector.aot");
    assertThat(inTheImage).isEqualTo(built);
  }

  @Test
  void theImageHoldsTheRuntimeOfThisBuild() throws Exception {
    var built = digests(ROOT.resolve("docker/target/runtime/opt/java"));

    var inTheImage = digests(folder.resolve("root/opt/java"));

    assertThat(inTheImage).containsKey("lib/modules").isEqualTo(built);
  }

  private static Map<String, String> digests(Path folder) throws Exception {
    return digests(folder, "");
  }

  /** The SHA-256 of each file by its path in the folder, behind {@code prefix}. */
  private static Map<String, String> digests(Path folder, String prefix) throws Exception {
    var digests = new TreeMap<String, String>();
    try (var paths = Files.walk(folder)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        digests.put(prefix + folder.relativize(file), digest(file));
      }
    }
    return digests;
  }

  private static String digest(Path file) throws Exception {
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(sha256);
  }
}
