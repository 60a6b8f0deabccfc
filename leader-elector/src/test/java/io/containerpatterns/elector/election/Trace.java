package io.containerpatterns.elector.election;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The last things that happened in a simulation, written out only when somebody must read them. */
final class Trace {
  private static final int LENGTH = 64;

  private final VirtualTime time;
  private final long[] at = new long[LENGTH];
  private final @Nullable Object[][] what = new Object[LENGTH][];
  private int count;

  Trace(VirtualTime time) {
    this.time = time;
  }

  /** Who did what; the parts are put together only when they are read. */
  void add(@Nullable Object... parts) {
    at[count % LENGTH] = time.now();
    what[count % LENGTH] = parts;
    count++;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = Math.max(0, count - LENGTH); i < count; i++) {
      text.append(String.format(Locale.ROOT, "%14.6f s ", at[i % LENGTH] / 1e9));
      for (Object part : what[i % LENGTH]) {
        text.append(' ').append(part);
      }
      text.append('\n');
    }
    return text.toString();
  }
}
