package io.containerpatterns.chassis.settings;

/** Turns the text of a setting into its value. */
@FunctionalInterface
public interface Parser<T> {
  /**
   * The value of {@code text}, which is never empty and has no blanks around it.
   *
   * @throws IllegalArgumentException when it is none; the message completes "expected: ", such as
   *     "a duration such as 10s"
   */
  T parse(String text);

  /** Any text as it is. */
  static Parser<String> text() {
    return text -> text;
  }
}
