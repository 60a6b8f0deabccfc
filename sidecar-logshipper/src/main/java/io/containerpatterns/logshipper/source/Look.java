package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Trail;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a look at the folders has found.
 *
 * @param unreadable sentences about what could not be read, the first of them
 */
public record Look(List<Change> changes, Waiting waiting, List<String> unreadable) {
  /** What is otherwise than at the last look. */
  public sealed interface Change {
    /** The file it is about. */
    LogFile file();

    /**
     * A file to be read.
     *
     * @param known whether it was read before, by an earlier life or before it was parked
     * @param trails where each output goes on, by its id; an output that is missing begins at 0
     * @param first how many bytes it had at the very first look; 0 if it is younger
     */
    record Appeared(LogFile file, boolean known, Map<String, Trail> trails, long first)
        implements Change {}

    /**
     * The content has gone; what was not read of it is lost, unless there is a copy.
     *
     * @param seen how many bytes there had been
     * @param copy of the content, to be read on where the file had been read; not open before
     */
    record Truncated(LogFile file, long seen, Optional<LogFile> copy) implements Change {}

    /** No name leads to it any more; it is still open, and whole. */
    record Nameless(LogFile file) implements Change {}
  }

  /**
   * Those that have something to be read and are not open, because there was no room. There may be
   * thousands, so their names are not kept.
   *
   * @param bytes how many are to be read, as far as it is known
   */
  public record Waiting(int files, long bytes) {
    /** None. */
    public static final Waiting NONE = new Waiting(0, 0);

    /** With one file more. */
    Waiting and(long more) {
      return new Waiting(files + 1, bytes + more);
    }
  }
}
