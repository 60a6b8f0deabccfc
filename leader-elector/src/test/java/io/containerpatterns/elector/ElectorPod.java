package io.containerpatterns.elector;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A pod with nothing but an elector of the image, which the test reaches from outside. */
final class ElectorPod implements AutoCloseable {
  static final String IMAGE =
      "containerpatterns/leader-elector:" + System.getProperty("containerpatterns.version");
  static final String TOKEN = "a-token-of-the-test";

  private final Pod pod;
  private final PodContainer elector;

  private ElectorPod(Pod pod, PodContainer elector) {
    this.pod = pod;
    this.elector = elector;
  }

  /**
   * Starts one with a fresh volume for its leases.
   *
   * @param folder for the file with {@link #TOKEN}, which the management port accepts
   * @param settings names and values in turn
   */
  static ElectorPod start(Path folder, String... settings) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    Pod pod = Pod.start("elector", 9474, 4040);
    PodContainer elector =
        pod.container(IMAGE)
            .env("ELECTOR_STORE", "file")
            .env("ELECTOR_FILE_DIR", "/state")
            // Published, so that the test may ask.
            .env("ELECTOR_LISTEN", ":4040")
            .env("MANAGEMENT_TOKEN_FILE", "/token")
            .mount("leases-" + UUID.randomUUID(), "/state")
            .mount("tmp-" + UUID.randomUUID(), "/tmp")
            .mountReadOnly(token.toString(), "/token");
    for (int i = 0; i < settings.length; i += 2) {
      elector.env(settings[i], settings[i + 1]);
    }
    elector.start();
    return new ElectorPod(pod, elector);
  }

  /** Waits until it is ready. */
  ElectorPod ready() {
    return awaiting(9474, "/readyz");
  }

  /** Waits until it leads its first election. */
  ElectorPod leading() {
    return awaiting(4040, "/leading");
  }

  private ElectorPod awaiting(int port, String path) {
    Await.until(() -> path + " answers 200:\n" + elector.logs(), () -> answersOk(port, path));
    return this;
  }

  private boolean answersOk(int port, String path) {
    try (RawClient client = RawClient.to(address(port))) {
      return client.get(path).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where the test reaches one of its ports, 9474 or 4040. */
  InetSocketAddress address(int port) {
    URI address = pod.address(port);
    return new InetSocketAddress(address.getHost(), address.getPort());
  }

  /** What it has written so far. */
  String logs() {
    return elector.logs();
  }

  @Override
  public void close() {
    pod.close();
  }
}
