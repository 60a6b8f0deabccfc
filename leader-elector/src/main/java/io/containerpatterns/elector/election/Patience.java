package io.containerpatterns.elector.election;

/**
 * How long a candidate holds back before it reaches for a lease that is free, so that somebody who
 * should rather have it comes first. It decides who leads, never whether two do.
 */
@FunctionalInterface
public interface Patience {
  /** For everybody alike. */
  Patience NONE = election -> 0;

  /**
   * What is added to our turn for {@code election} as things stand now, in nanoseconds; small
   * against a lease, because nobody leads meanwhile. Asked on the loop, often, and must not block.
   */
  long nanos(String election);
}
