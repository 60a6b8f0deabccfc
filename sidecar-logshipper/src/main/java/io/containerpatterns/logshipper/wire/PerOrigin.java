package io.containerpatterns.logshipper.wire;

import io.containerpatterns.logshipper.event.Origin;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an output says of a file with each of its events, made once for each file and forgotten with
 * it. Confined to one thread.
 */
public final class PerOrigin {
  private final Function<Origin, byte[]> making;
  private final Map<Origin, byte[]> made = new WeakHashMap<>();
  private @Nullable Origin last;
  private byte[] ofLast = {};

  /** Nothing is made yet. */
  public PerOrigin(Function<Origin, byte[]> making) {
    this.making = making;
  }

  /** The bytes of this file; not to be changed. */
  public byte[] of(Origin origin) {
    if (origin != last) {
      ofLast = made.computeIfAbsent(origin, making);
      last = origin;
    }
    return ofLast;
  }
}
