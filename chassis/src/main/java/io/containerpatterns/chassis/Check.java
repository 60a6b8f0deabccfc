package io.containerpatterns.chassis;

import java.util.Map;

/**
 * One line of a health report: a name such as {@code store}, how it is, and figures beside it.
 *
 * @param data values are strings, numbers or booleans
 */
public record Check(String name, Health health, Map<String, Object> data) {
  /** A check without figures. */
  public static Check of(String name, Health health) {
    return new Check(name, health, Map.of());
  }
}
