package io.containerpatterns.chassis.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Values as log lines tell them, never longer than is good for a line. */
final class Texts {
  private static final int VALUE_MAX = 2_048;
  private static final int STACK_MAX = 8_192;

  private Texts() {}

  static String of(@Nullable Object value) {
    if (value instanceof Throwable cause) {
      String message = cause.getMessage();
      String name = cause.getClass().getSimpleName();
      return cut(message == null ? name : name + ": " + message, VALUE_MAX);
    }
    if (value instanceof Duration duration) {
      return duration.toMillis() + "ms";
    }
    return cut(String.valueOf(value), VALUE_MAX);
  }

  static String stack(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return cut(text.toString(), STACK_MAX);
  }

  static String cut(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, most) + "...(" + (text.length() - most) + " more)";
  }
}
