package io.containerpatterns.chassis;

import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.LogOutput;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.settings.Settings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process without a service in it, for tests of what its management port shows and steers. */
public final class ManagedProcess {
  private final Map<String, String> environment = new HashMap<>();
  private Optional<Service.Checkpoint> state = Optional.empty();
  private Health health = Health.UP;

  /** Its only own settings. */
  public record Config(String name, Duration pause) {
    private static Config read(Settings s) {
      return new Config(
          s.text("NAME").meaning("who we are").orElse("bear"),
          s.duration("PAUSE").meaning("time between two growls").reloadable().orElse("1s"));
    }
  }

  /** One that listens on a free port of loopback. */
  public ManagedProcess() {
    environment.put("MANAGEMENT_LISTEN", "127.0.0.1:0");
    environment.put("HOSTNAME", "pod-7");
  }

  /** The same with one more variable of the environment. */
  public ManagedProcess with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** The same with state worth carrying. */
  public ManagedProcess with(Service.Checkpoint checkpoint) {
    state = Optional.of(checkpoint);
    return this;
  }

  /** The same with a check that says so. */
  public ManagedProcess with(Health itsHealth) {
    health = itsHealth;
    return this;
  }

  /** Ready for work, unless {@code starting}. */
  public Managed begin(boolean starting) {
    Ticker ticker = Ticker.system();
    InstantSource clock = InstantSource.system();
    var image =
        new Image<Config>(
            "toy-bear",
            "toy",
            "the toy pattern",
            9_999,
            Config::read,
            metrics -> {},
            (config, chassis) -> {
              throw new IllegalStateException("nobody assembles it");
            });
    var configuration = Configuration.read(image, environment, clock);
    configuration.takenOverBy((next, accepted) -> {
      accepted.run();
      return Optional.empty();
    });
    var lifecycle = new Lifecycle(ticker, clock, () -> configuration.process().terminationGrace());
    var probes = new Probes(lifecycle);
    probes.ability(() -> List.of(new Check("store", health, Map.of("lag", 7))));
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    LogOutput output = LogOutput.open(nowhere, false, Level.INFO, clock);
    if (!starting) {
      lifecycle.started();
    }
    return new Managed(
        image,
        new Version("1.2.3", "abc"),
        clock.instant(),
        configuration,
        lifecycle,
        probes,
        new Checkpoints(state, clock),
        List.of(),
        () -> new Load(2, 3, "two growls"),
        new Metrics("toy"),
        new Network(ticker),
        output.loggers(),
        output.ring(),
        Map.copyOf(environment),
        ticker,
        clock);
  }

  /** Ready for work. */
  public Managed begin() {
    return begin(false);
  }
}
