package io.containerpatterns.elector;

/**
 * The newest record that we have seen and when we first saw it at that version. Reading the same version again changes
 * nothing: only a change shows that its holder lives.
 */
record Observation(Stored stored, Moment seen) {
  /** This observation when {@code now} shows the same version, else a new one. */
  Observation next(Stored latest, Moment now) {
    return latest.version() == stored.version() ? this : new Observation(latest, now);
  }
}
