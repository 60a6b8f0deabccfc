package io.containerpatterns.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Servers that tests start as plain processes, unpacked from Debian's packages and not installed.
 */
public final class TestServer {
  private TestServer() {}

  /**
   * The folder of a server, which {@code docker/test-server} makes when it is not there yet.
   * Blocks.
   *
   * @param name of the folder, such as {@code etcd}
   * @param packages such as {@code etcd-server}
   * @throws IllegalStateException when it cannot be had; the reason is on standard error
   */
  public static Path unpacked(String name, String... packages)
      throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("containerpatterns.root", ".."));
    var command = new ArrayList<>(List.of(root.resolve("docker/test-server").toString(), name));
    command.addAll(List.of(packages));
    Process unpacking =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var out = new String(unpacking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (unpacking.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed");
    }
    return Path.of(out.strip());
  }
}
