package io.containerpatterns.logshipper.output;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a destination is and how it is to be spoken to, as the settings say it.
 *
 * @param setting whose errors these are
 * @param kind the scheme, such as {@code syslog+tls}
 * @param id its name in the checkpoint and in statistics
 * @param uri where to, without options
 * @param options by name; only those that the kind has
 */
public record Address(
    String setting, String kind, String id, URI uri, Map<String, String> options) {

  /** An option, if it is given. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * An option as a value, if it is given.
   *
   * @param parser throws an {@link IllegalArgumentException} that says what it expected
   * @throws InvalidSettings when it cannot be read
   */
  public <T> Optional<T> option(String name, Function<String, T> parser) {
    Optional<String> text = option(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.get()));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          new Problem(
              setting,
              name + "=" + text.get(),
              "another value of " + name + ": " + e.getMessage(),
              "correct it, or leave it out"));
    }
  }

  /**
   * One of these words, the first where the destination does not say.
   *
   * @throws InvalidSettings when it is none of them
   */
  public String word(String name, String... words) {
    List<String> known = List.of(words);
    return option(
            name,
            text -> {
              if (!known.contains(text)) {
                throw new IllegalArgumentException("one of " + String.join(", ", known));
              }
              return text;
            })
        .orElse(words[0]);
  }
}
