package io.containerpatterns.chassis;

/**
 * Will operations here likely succeed? Readiness is about our own ability only, so a dead upstream
 * is {@link Degraded}, which leaves the probe at 200; only {@link Down} makes us unready.
 */
public sealed interface Health {
  /** All is well. */
  Health UP = new Up();

  /** All is well. */
  record Up() implements Health {}

  /** Going on, with less than promised, for this reason. */
  record Degraded(String reason) implements Health {}

  /** Unable to work, for this reason. */
  record Down(String reason) implements Health {}
}
