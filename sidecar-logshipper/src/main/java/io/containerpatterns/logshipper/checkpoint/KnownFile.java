package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.HashMap;
import java.util.Map;

/**
 * All that is known about one file.
 *
 * @param positions how far each output has acknowledged it, by the output's id; an output that is
 *     missing has acknowledged nothing
 */
public record KnownFile(Entry.Identity identity, Map<String, Trail> positions) {
  /** Of a file that nobody has acknowledged anything of. */
  public KnownFile(Entry.Identity identity) {
    this(identity, Map.of());
  }

  /** The same, and {@code output} has got as far as {@code trail}. */
  public KnownFile with(String output, Trail trail) {
    var changed = new HashMap<>(positions);
    changed.put(output, trail);
    return new KnownFile(identity, OneTrail.compact(changed));
  }

  /** The same under a new identity: it has grown, or has another name. */
  KnownFile as(Entry.Identity newIdentity) {
    return new KnownFile(newIdentity, positions);
  }
}
