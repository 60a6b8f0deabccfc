package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.docker.TestServer;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README that give the elector its rights, as they stand there. */
final class EtcdRecipeIT {
  @TempDir Path folder;

  @Test
  void theRightsOfTheReadmeAreEnoughAndNoMoreThanThePrefix() throws Exception {
    Path password = Files.writeString(folder.resolve("etcd-password"), "s3cret, with $igns");
    List<String> recipe =
        Files.readString(Path.of("README.md"))
            .lines()
            .filter(line -> line.startsWith("etcdctl "))
            .toList();
    assertThat(recipe).hasSize(4);
    try (EtcdServer server = EtcdServer.start(folder);
        var stores = new EtcdStores()) {
      recipe.forEach(command -> run(server, command));
      run(server, "etcdctl user add root --new-user-password=root");
      run(server, "etcdctl user grant-role root root");
      run(server, "etcdctl auth enable");
      var prefix = "/containerpatterns/leader/";
      var access = EtcdStores.plain(prefix, server.endpoint());
      var store = stores.open(EtcdStores.as(access, "elector", password));
      var elsewhere =
          stores.open(
              EtcdStores.as(
                  EtcdStores.plain("/containerpatterns/", server.endpoint()), "elector", password));

      long version = StoreProcesses.write(store, "orders", 0, StoreProcesses.lease("a"));

      assertThat(StoreProcesses.read(store, "orders"))
          .isEqualTo(new Stored(version, StoreProcesses.lease("a")));
      assertThat(StoreProcesses.outcome(elsewhere.read("orders"))).isInstanceOf(EtcdFailure.class);
      assertThat(elsewhere.trouble()).contains("permission denied");
    }
  }

  private void run(EtcdServer server, String command) {
    try {
      var process =
          new ProcessBuilder("bash", "-c", command)
              .directory(folder.toFile())
              .redirectErrorStream(true);
      Path tool = TestServer.unpacked("etcdctl", "etcd-client").resolve("usr/bin");
      process.environment().merge("PATH", tool.toString(), (path, ours) -> ours + ":" + path);
      process.environment().put("ETCDCTL_API", "3");
      process.environment().put("ETCDCTL_ENDPOINTS", server.endpoint().toString());
      Process running = process.start();
      String said = new String(running.getInputStream().readAllBytes(), UTF_8);
      assertThat(running.waitFor()).as(command + ": " + said).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
