package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The known files: the sum of all entries. Entries of files without an identity are left aside, as
 * is everything that comes after a file's end. Confined to one thread.
 */
final class Ledger {
  private final Map<Long, Entry.Identity> identities = new LinkedHashMap<>();
  private final Map<Long, Map<String, Trail>> positions = new LinkedHashMap<>();
  private long highest;

  void apply(Entry entry) {
    highest = Math.max(highest, entry.file());
    switch (entry) {
      case Entry.Identity identity -> {
        identities.put(identity.file(), identity);
        positions.putIfAbsent(identity.file(), Map.of());
      }
      case Entry.Position(long file, String output, Trail trail) -> {
        Map<String, Trail> known = positions.get(file);
        if (known != null) {
          // Maps that never change are the smallest, and there is one for each file.
          var changed = new HashMap<>(known);
          changed.put(output, trail);
          positions.put(file, Map.copyOf(changed));
        }
      }
      case Entry.Gone(long file) -> {
        identities.remove(file);
        positions.remove(file);
      }
    }
  }

  /** The next number that no file has had; kept across {@link Entry.Gone}. */
  long nextFile() {
    return highest + 1;
  }

  List<KnownFile> files() {
    List<KnownFile> files = new ArrayList<>(identities.size());
    for (Entry.Identity identity : identities.values()) {
      files.add(
          new KnownFile(identity, Map.copyOf(positions.getOrDefault(identity.file(), Map.of()))));
    }
    return List.copyOf(files);
  }

  /** The fewest entries that lead to the same ledger, {@link #nextFile} included. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    if (highest > 0 && !identities.containsKey(highest)) {
      entries.add(new Entry.Gone(highest));
    }
    for (Entry.Identity identity : identities.values()) {
      entries.add(identity);
      positions
          .getOrDefault(identity.file(), Map.of())
          .forEach(
              (output, trail) -> entries.add(new Entry.Position(identity.file(), output, trail)));
    }
    return entries;
  }
}
