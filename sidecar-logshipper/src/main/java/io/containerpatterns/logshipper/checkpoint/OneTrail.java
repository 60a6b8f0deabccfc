package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Positions of outputs that have all got equally far, as those of a file that nobody writes to: a
 * fifth of what another map takes, and there may be ten thousand of these. Immutable.
 */
final class OneTrail extends AbstractMap<String, Trail> {
  /** The few sets of ids that there are, each once. */
  private static final Map<Set<String>, Set<String>> SETS = new ConcurrentHashMap<>();

  private final Set<String> outputs;
  private final Trail trail;

  private OneTrail(Set<String> outputs, Trail trail) {
    this.outputs = outputs;
    this.trail = trail;
  }

  /** The same positions in the fewest bytes. */
  static Map<String, Trail> compact(Map<String, Trail> positions) {
    if (positions.size() < 2 || Set.copyOf(positions.values()).size() > 1) {
      return Map.copyOf(positions);
    }
    Set<String> outputs = SETS.computeIfAbsent(Set.copyOf(positions.keySet()), set -> set);
    return new OneTrail(outputs, positions.values().iterator().next());
  }

  @Override
  public @Nullable Trail get(@Nullable Object output) {
    return output != null && outputs.contains(output) ? trail : null;
  }

  @Override
  public boolean containsKey(@Nullable Object output) {
    return output != null && outputs.contains(output);
  }

  @Override
  public Set<Map.Entry<String, Trail>> entrySet() {
    return outputs.stream()
        .map(output -> Map.entry(output, trail))
        .collect(Collectors.toUnmodifiableSet());
  }
}
