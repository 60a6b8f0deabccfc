package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.Map;

/**
 * All that is known about one file.
 *
 * @param positions how far each output has acknowledged it, by the output's id; an output that is
 *     missing has acknowledged nothing
 */
public record KnownFile(Entry.Identity identity, Map<String, Trail> positions) {}
