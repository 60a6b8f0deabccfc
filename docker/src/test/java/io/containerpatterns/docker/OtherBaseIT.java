package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that stands on somebody else's base, which brings its own C library. */
@Tag("image")
@Tag("long")
class OtherBaseIT {
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));
  private static final String VERSION = System.getProperty("containerpatterns.version");
  private static final String BASE = "containerpatterns-test/other-base";
  private static final String NAME = "containerpatterns-test/on-other-base";
  private static final String IMAGE = NAME + ":" + VERSION;
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String LOADER =
      ARM ? "lib/ld-linux-aarch64.so.1" : "lib64/ld-linux-x86-64.so.2";
  private static final String LIBRARIES = ARM ? "lib/aarch64-linux-gnu" : "lib/x86_64-linux-gnu";

  @TempDir Path folder;

  /** As small as a base can be: the C library, and a file that tells it from ours. */
  @BeforeEach
  void makeABase() throws Exception {
    run(
        """
        set -e
        mkdir -p root/%1$s root/%2$s root/etc root/tmp copy
        cp -L /%3$s root/%3$s
        for each in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2; do
          cp -L /%2$s/$each root/%2$s/
        done
        printf 'nonroot:x:65532:65532::/:\\n' >root/etc/passwd
        echo 'another base' >root/etc/issue
        chmod 1777 root/tmp
        tar --owner=0 --group=0 --numeric-owner --mtime=@1 -C root -c . | docker import -c 'ENV BASE=other' - %4$s
        docker save -o base.tar %4$s
        """
            .formatted(Path.of(LOADER).getParent(), LIBRARIES, LOADER, BASE));
  }

  @AfterEach
  void removeTheImages() throws Exception {
    run("docker image rm -f %s %s".formatted(BASE, IMAGE));
  }

  @Test
  void anImageOnAnotherBaseServesWithTheCLibraryOfThatBase() throws Exception {
    run(
        """
        set -e
        (cd %s && git ls-files -z | tar --null -T - -c) | tar -x -C copy
        cd copy
        ./mvnw -B -ntp -q package -Pimages -DskipTests -pl leader-elector -am \\
          -Dimage.name=%s -Dbase.from=tar://%s -Dbase.glibc=none
        docker load -q -i leader-elector/target/leader-elector-image.tar
        """
            .formatted(ROOT, NAME, folder.resolve("base.tar")));

    assertThat(layers(IMAGE)).startsWith(layers(BASE).getFirst()).hasSize(5);
    assertThat(run("docker image inspect --format '{{json .Config.Env}}' " + IMAGE))
        .contains("BASE=other", "MALLOC_ARENA_MAX=1");
    try (Pod pod = Pod.start("other-base", 9474)) {
      PodContainer elector =
          pod.container(IMAGE)
              .env("ELECTOR_STORE", "file")
              .env("ELECTOR_FILE_DIR", "/state")
              .env("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")
              .mount("other-base-" + ProcessHandle.current().pid(), "/state")
              .start();

      assertThat(answers(pod.address(9474).resolve("/livez"))).as(elector.logs()).isTrue();
    }
  }

  private static List<String> layers(String image) throws Exception {
    String json =
        output(Path.of("."), "docker image inspect --format '{{json .RootFS.Layers}}' " + image);
    return new ObjectMapper().readerForListOf(String.class).readValue(json);
  }

  private static boolean answers(URI uri) {
    for (int i = 0; i < 500; i++) {
      try {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout(5_000);
        if (connection.getResponseCode() == 200) {
          return true;
        }
      } catch (IOException notYet) {
        // Asked again below.
      }
      LockSupport.parkNanos(20_000_000);
    }
    return false;
  }

  private String run(String script) throws Exception {
    return output(folder, script);
  }

  private static String output(Path folder, String script) throws Exception {
    Process process =
        new ProcessBuilder("timeout", "1200", "bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
