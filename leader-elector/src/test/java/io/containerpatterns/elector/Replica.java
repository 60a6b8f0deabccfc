package io.containerpatterns.elector;

import io.containerpatterns.elector.lease.FaultyProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place where an application runs beside its elector: the application for the whole test, the
 * elector as often as it is started, with a network of its own between it and the store.
 *
 * <pre>
 *   register &lt;-- application -- asks --> elector -- proxy --> store
 *                     ^--- lost hook ------'
 * </pre>
 */
final class Replica implements AutoCloseable {
  private final int number;
  private final String id;
  private final Map<String, String> settings;
  private final ElectorProcess.Site site;
  private final Optional<FaultyProxy> network;
  private final BeliefPoller application;
  private @Nullable ElectorProcess elector;

  /**
   * Makes the place, without an elector yet.
   *
   * @param id what the elector is called; two that share it are twins
   */
  static Replica at(
      int number,
      String id,
      Duration lease,
      ElectorProcess.Site site,
      FaultyStore store,
      BeliefPoller.Deed deed)
      throws IOException {
    Optional<FaultyProxy> network = Optional.empty();
    if (store.server().isPresent()) {
      network = Optional.of(FaultyProxy.to(store.server().get().address()));
    }
    var hook = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var settings = new LinkedHashMap<String, String>();
    settings.put("ELECTOR_ID", id);
    settings.put("ELECTOR_LEASE", lease.toMillis() + "ms");
    settings.put("ELECTOR_HOOK_LOST", "http://127.0.0.1:" + hook.getLocalPort() + "/lost");
    settings.putAll(store.settings(network.map(FaultyProxy::port).orElse(0)));
    var application =
        new BeliefPoller(
            new InetSocketAddress("127.0.0." + number, site.port()),
            hook,
            Files.newOutputStream(
                notes(site, number), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            deed);
    return new Replica(number, id, settings, site, network, application);
  }

  private Replica(
      int number,
      String id,
      Map<String, String> settings,
      ElectorProcess.Site site,
      Optional<FaultyProxy> network,
      BeliefPoller application) {
    this.number = number;
    this.id = id;
    this.settings = settings;
    this.site = site;
    this.network = network;
    this.application = application;
  }

  /** Where the application of this number writes what it believes. */
  static Path notes(ElectorProcess.Site site, int number) {
    return site.folder().resolve("beliefs-" + number);
  }

  String id() {
    return id;
  }

  /** What the application believes now; null when it does not believe to lead. */
  BeliefPoller.@Nullable Belief belief() {
    return application.belief();
  }

  /** Starts an elector, and does not wait for it. */
  void start() throws IOException {
    String[] inTurn =
        settings.entrySet().stream()
            .flatMap(setting -> Stream.of(setting.getKey(), setting.getValue()))
            .toArray(String[]::new);
    elector = site.start(number, inTurn);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    elector().close();
  }

  /** The process that was started last. */
  ElectorProcess elector() {
    return Objects.requireNonNull(elector, "it was not started");
  }

  /** What is between the elector and the server. */
  FaultyProxy network() {
    return network.orElseThrow();
  }

  /** Whether the elector reaches the store and knows who leads. */
  boolean isAtEase() {
    HttpResponse<String> status = elector().get("/status");
    return status.body().contains("\"storeOk\":true")
        && !status.body().contains("\"leaderId\":null");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (elector != null) {
      elector.close();
    }
    application.close();
    if (network.isPresent()) {
      network.get().close();
    }
  }

  @Override
  public String toString() {
    return "replica " + number;
  }
}
