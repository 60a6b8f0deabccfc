package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.Container;
import io.containerpatterns.chassis.Image;

/** The process of the image sidecar-logshipper. */
final class Main {
  static final Image<LogshipperConfig> IMAGE =
      new Image<>(
          "sidecar-logshipper",
          "logshipper",
          "sidecar",
          9471,
          LogshipperConfig::read,
          LogshipperMetrics::declare,
          (config, chassis) ->
              new LogshipperService(config, chassis, LogshipperMetrics.of(chassis.metrics())),
          LogshipperConfig::shipsToStdout);

  private Main() {}

  /** Begins here. */
  public static void main(String[] args) {
    Container.run(IMAGE, args);
  }
}
