package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.logshipper.output.Address;
import io.containerpatterns.logshipper.output.Opener;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Destinations as the settings would say them. */
final class Targets {
  private Targets() {}

  /** Of that URL; {@code options} are names and values in turn. */
  static KafkaTarget target(String url, String... options) {
    KafkaOpener.quiet();
    return KafkaOpener.target(address(url, options), around());
  }

  static Address address(String url, String... options) {
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      named.put(options[i], options[i + 1]);
    }
    String kind = url.substring(0, url.indexOf(':'));
    return new Address("LOGSHIPPER_SHIP_TO", kind, url, URI.create(url), named);
  }

  static Opener.Surroundings around() {
    return new Opener.Surroundings(
        new Network(Ticker.system()),
        Ticker.system(),
        Duration.ofSeconds(30),
        Optional.empty(),
        false,
        "shop-0");
  }
}
