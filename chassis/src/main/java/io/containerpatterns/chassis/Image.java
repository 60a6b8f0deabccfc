package io.containerpatterns.chassis;

import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.settings.Settings;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Everything that tells one image from another: what it is called, what it reads, what it counts,
 * how it is put together. Each image has one, {@code Main.IMAGE}; the command line, the generated
 * tables and the tests all read it.
 *
 * @param name the folder and image name, such as {@code leader-elector}
 * @param noun the Java package and the first word of each metric, such as {@code elector}
 * @param pattern the pattern of the paper, such as {@code leader election}
 * @param managementPort the default port of the management API
 * @param settings reads the configuration; the only declaration of the image's settings
 * @param metrics declares every metric of the image
 * @param assembly builds the stages in data order; binds nothing, starts nothing
 * @param stdoutIsProduct whether standard output carries what the image makes, so that logs go to
 *     standard error
 * @param <C> the configuration record
 */
public record Image<C>(
    String name,
    String noun,
    String pattern,
    int managementPort,
    Function<Settings, C> settings,
    Consumer<Metrics> metrics,
    Assembly<C> assembly,
    Predicate<C> stdoutIsProduct) {

  /** An image that logs on standard output whatever its settings. */
  public Image(
      String name,
      String noun,
      String pattern,
      int managementPort,
      Function<Settings, C> settings,
      Consumer<Metrics> metrics,
      Assembly<C> assembly) {
    this(name, noun, pattern, managementPort, settings, metrics, assembly, config -> false);
  }

  /** Puts an image together from its configuration. */
  @FunctionalInterface
  public interface Assembly<C> {
    /** Builds the service; it binds and starts nothing before {@link Service#start()}. */
    Service<C> assemble(C config, Chassis chassis);
  }

  /** The prefix of the image's own settings, such as {@code ELECTOR_}. */
  public String prefix() {
    return noun.toUpperCase(Locale.ROOT) + "_";
  }
}
