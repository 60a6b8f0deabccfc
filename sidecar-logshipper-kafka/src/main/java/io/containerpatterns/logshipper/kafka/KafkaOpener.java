package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.logshipper.kafka.KafkaTarget.Login;
import io.containerpatterns.logshipper.kafka.KafkaTarget.Mechanism;
import io.containerpatterns.logshipper.output.Address;
import io.containerpatterns.logshipper.output.Opener;
import io.containerpatterns.logshipper.output.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Opens {@code kafka:} and {@code kafka+tls:}.
 *
 * <pre>
 *   kafka://broker1:9092/topic?brokers=broker2:9092;broker3:9092&amp;sasl=scram-sha-512&amp;user=…
 *           '-- the first one             '-- more to begin with; a comma would end the destination
 * </pre>
 */
public final class KafkaOpener implements Opener {
  private static final int PORT = 9092;

  /** The client divides it by three, and nothing works in a few milliseconds. */
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);

  /** What brokers take as the name of a topic. */
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

  private static final Pattern BROKER =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?");

  /**
   * The client tells every setting and every attempt to connect. What becomes of our records is
   * told by us; here stays what it did not expect itself. Kept, because java.util.logging forgets
   * the level of a logger that nobody holds.
   */
  private static final Logger CLIENT = Logger.getLogger("org.apache.kafka");

  /** For the service loader. */
  public KafkaOpener() {}

  @Override
  public boolean opens(String kind) {
    return kind.equals("kafka") || kind.equals("kafka+tls");
  }

  @Override
  public Output open(Address to, Surroundings around) {
    quiet();
    return new KafkaOutput(target(to, around), around.network(), around.ticker());
  }

  static void quiet() {
    CLIENT.setLevel(Level.SEVERE);
  }

  /** What the settings of one destination say. */
  static KafkaTarget target(Address to, Surroundings around) {
    Duration timeout = around.timeout();
    return new KafkaTarget(
        to.id(),
        brokers(to),
        topic(to),
        to.option("client_id").orElse("containerpatterns-logshipper"),
        to.option("hostname").orElse(around.hostname()),
        around.gzip(),
        login(to),
        around.tls(),
        timeout.compareTo(TIMEOUT_MIN) < 0 ? TIMEOUT_MIN : timeout);
  }

  private static List<String> brokers(Address to) {
    var brokers = new ArrayList<String>();
    int port = to.uri().getPort();
    brokers.add(to.uri().getHost() + ":" + (port < 0 ? PORT : port));
    to.option("brokers", KafkaOpener::moreBrokers).ifPresent(brokers::addAll);
    return List.copyOf(brokers);
  }

  private static List<String> moreBrokers(String text) {
    var brokers = new ArrayList<String>();
    for (String broker : text.split(";", -1)) {
      if (!BROKER.matcher(broker).matches()) {
        throw new IllegalArgumentException(
            "more brokers, separated by semicolons, such as broker2:9092;broker3:9092");
      }
      brokers.add(broker.matches(".*:[0-9]+") ? broker : broker + ":" + PORT);
    }
    return brokers;
  }

  private static String topic(Address to) {
    String path = to.uri().getPath();
    String topic = path == null || path.isEmpty() ? "" : path.substring(1);
    if (!TOPIC.matcher(topic).matches()) {
      throw new InvalidSettings(
          new Problem(
              to.setting(),
              to.id(),
              "the name of the topic as the path: letters, digits, dots, _ and -",
              "write it as " + to.kind() + "://broker:9092/logs"));
    }
    return topic;
  }

  private static Optional<Login> login(Address to) {
    Optional<Path> password = to.option("password_file", Path::of);
    String mechanism = to.word("sasl", "plain", "scram-sha-256", "scram-sha-512");
    if (password.isEmpty()) {
      if (to.option("sasl").isPresent()) {
        throw new InvalidSettings(
            new Problem(
                to.setting(), to.id(), "user and password_file together with sasl", "add both"));
      }
      return Optional.empty();
    }
    return Optional.of(
        new Login(
            Mechanism.valueOf(mechanism.toUpperCase(Locale.ROOT).replace('-', '_')),
            to.option("user").orElse(""),
            password.get()));
  }
}
