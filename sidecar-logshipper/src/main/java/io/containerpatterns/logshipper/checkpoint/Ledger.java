package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The known files: the sum of all entries. Entries of files without an identity are left aside, as
 * is everything that comes after a file's end. Confined to one thread.
 */
final class Ledger {
  private final Map<Long, KnownFile> files = new LinkedHashMap<>();
  private long highest;

  void apply(Entry entry) {
    highest = Math.max(highest, entry.file());
    switch (entry) {
      case Entry.Identity identity ->
          files.merge(
              identity.file(), new KnownFile(identity), (known, unused) -> known.as(identity));
      case Entry.Position(long file, String output, Trail trail) ->
          files.computeIfPresent(file, (number, known) -> known.with(output, trail));
      case Entry.Gone(long file) -> files.remove(file);
    }
  }

  /** The next number that no file has had; kept across {@link Entry.Gone}. */
  long nextFile() {
    return highest + 1;
  }

  List<KnownFile> files() {
    return List.copyOf(files.values());
  }

  /** The fewest entries that lead to the same ledger, {@link #nextFile} included. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    if (highest > 0 && !files.containsKey(highest)) {
      entries.add(new Entry.Gone(highest));
    }
    for (KnownFile known : files.values()) {
      Entry.Identity identity = known.identity();
      entries.add(identity);
      known
          .positions()
          .forEach(
              (output, trail) -> entries.add(new Entry.Position(identity.file(), output, trail)));
    }
    return entries;
  }
}
