package io.containerpatterns.chassis;

import io.containerpatterns.chassis.metrics.Flow;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import java.time.Duration;
import java.util.function.BiFunction;

/**
 * The smallest image there can be: two settings, one flow, and whatever service a test puts into
 * it.
 */
final class ToyImage {
  private ToyImage() {}

  record Config(String name, Duration pause, Duration limit) {
    Config {
      if (pause.compareTo(limit) > 0) {
        throw new InvalidSettings(
            new Problem("TOY_PAUSE", pause.toMillis() + "ms", "at most TOY_LIMIT", ""));
      }
    }

    static Config read(Settings s) {
      return new Config(
          s.text("NAME").meaning("who we are").required("bear"),
          s.duration("PAUSE")
              .meaning("time between two growls")
              .between(Duration.ofMillis(10), Duration.ofHours(1))
              .reloadable()
              .orElse("1s"),
          s.duration("LIMIT").meaning("longest pause").reloadable().orElse("1m"));
    }
  }

  static Image<Config> with(BiFunction<Config, Chassis, Service<Config>> service) {
    return new Image<>(
        "toy-bear",
        "toy",
        "the toy pattern",
        9_999,
        Config::read,
        metrics -> flow(metrics),
        service::apply);
  }

  static Flow flow(io.containerpatterns.chassis.metrics.Metrics metrics) {
    return metrics.flow("growls");
  }
}
