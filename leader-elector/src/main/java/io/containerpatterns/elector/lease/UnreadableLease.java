package io.containerpatterns.elector.lease;

import org.jspecify.annotations.Nullable;

/** A stored record that is not what any release wrote, or what only a newer one can read. */
public final class UnreadableLease extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableLease(String found, @Nullable Throwable cause) {
    super(found, cause);
  }
}
