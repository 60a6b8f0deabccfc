package io.containerpatterns.chassis.settings;

import java.util.Locale;

/**
 * Where a value came from.
 *
 * @param kind the source
 * @param place file and line, such as {@code /etc/elector.yaml:3}; empty for the other sources
 */
public record Origin(Kind kind, String place) {
  /** The sources, strongest first. */
  public enum Kind {
    /** An environment variable. */
    ENV,
    /** The YAML file. */
    FILE,
    /** The declaration. */
    DEFAULT,
    /** None: the setting is optional and was not given. */
    UNSET
  }

  static final Origin ENVIRONMENT = new Origin(Kind.ENV, "");
  static final Origin DECLARATION = new Origin(Kind.DEFAULT, "");
  static final Origin NOWHERE = new Origin(Kind.UNSET, "");

  static Origin line(String file, int line) {
    return new Origin(Kind.FILE, file + ":" + line);
  }

  /** The source in one word, and for the file where in it. */
  @Override
  public String toString() {
    String word = kind.name().toLowerCase(Locale.ROOT);
    return place.isEmpty() ? word : word + " " + place;
  }
}
