package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.ManagedProcess;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heap that an image has at its limit of 64 MiB must be enough to look into it. */
class SmallHeapTest {
  private static final List<String> FLAGS =
      List.of(
          "-Xmx20m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:MaxDirectMemorySize=8m",
          "--enable-native-access=ALL-UNNAMED",
          "-Dio.netty.allocator.maxOrder=3");

  @TempDir private Path folder;

  @Test
  void profilesContentionThreadsAndHeapFitIntoTwentyMegabytes() throws Exception {
    Process process = start();
    try {
      RawClient client = RawClient.to(address(process));

      for (String kind : List.of("cpu", "alloc", "lock", "io")) {
        assertThat(
                client
                    .ask("POST", "/profile", "{\"kind\":\"" + kind + "\",\"seconds\":1}")
                    .status())
            .as(kind)
            .isEqualTo(200);
      }
      for (String path :
          List.of("/contention?seconds=1", "/threads", "/heap?live", "/metrics", "/livez")) {
        Answer answer = client.get(path);
        assertThat(answer.status()).as(path).isEqualTo(200);
      }
      client.close();
    } finally {
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  private Process start() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command = new ArrayList<>(List.of(java.toString()));
    command.addAll(FLAGS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private InetSocketAddress address(Process process) throws Exception {
    Path port = folder.resolve("port");
    Await.until(() -> "the process serves", () -> Files.exists(port) || !process.isAlive());
    assertThat(process.isAlive()).as(Files.readString(folder.resolve("output"))).isTrue();
    return new InetSocketAddress("127.0.0.1", Integer.parseInt(Files.readString(port)));
  }

  /** The process under test. */
  static final class Child {
    private Child() {}

    /** Serves until it is ended. */
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      ManagementServer server =
          ManagementServer.start(
              new ManagedProcess().with("MANAGEMENT_PROFILE_DIR", folder.toString()).begin());
      Path written = Files.writeString(folder.resolve("port~"), "" + server.address().getPort());
      Files.move(written, folder.resolve("port"));
      new CountDownLatch(1).await();
    }
  }
}
