package io.containerpatterns.logshipper.filter;

/** Why an event was left out on purpose. */
public enum DropReason {
  /** Less serious than asked for. */
  SEVERITY,
  /** By what stands in it. */
  PATTERN,
  /** Not in the share that is kept. */
  SAMPLE,
  /** More than its file may have in a second. */
  THROTTLE
}
