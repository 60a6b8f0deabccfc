package io.containerpatterns.chassis.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as people write them in a query: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}. */
final class QueryDuration {
  private QueryDuration() {}

  /** Null when the text is no such duration. */
  static @Nullable Duration parse(String text) {
    int unitAt = 0;
    while (unitAt < text.length() && text.charAt(unitAt) >= '0' && text.charAt(unitAt) <= '9') {
      unitAt++;
    }
    // Nine digits of hours still fit a Duration and leave no room for overflow.
    if (unitAt == 0 || unitAt > 9) {
      return null;
    }
    long number = Long.parseLong(text.substring(0, unitAt));
    return switch (text.substring(unitAt)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> null;
    };
  }

  /** The text that {@link #parse} reads back. */
  static String show(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
