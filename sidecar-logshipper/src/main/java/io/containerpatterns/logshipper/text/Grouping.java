package io.containerpatterns.logshipper.text;

import java.nio.charset.StandardCharsets;

/**
 * Decides which lines are one event, by what stands in them: never by when they came, so that a
 * restart or a slow disk in the middle of a stack trace changes nothing. What was decided before an
 * event begins has no influence on it; who begins to read at the same offset gets the same events.
 *
 * <pre>
 *            line without a sign of its own: a new event
 *             .-----------------------------------------.
 *             v                                         |
 *   begin -> plain -- "Traceback (most" --> python frames --(first line not indented)--> python end
 *             |                                 ^                                          |  |
 *             |                                 '---- "During handling", "The above" ------'  blank
 *             '---- "panic: ", "fatal error: ", "goroutine " --> go
 *
 *   everywhere: indented, "Caused by: ", "... 12 more", a closing bracket: goes on
 *   in a file whose lines begin with a time: a line with one begins, a line without goes on
 * </pre>
 *
 * Confined to one thread; allocates nothing.
 */
public final class Grouping {
  private static final byte[][] ALWAYS_ON = {
    ascii("Caused by: "), ascii("Suppressed: "), ascii("--- End of "), ascii("... ")
  };
  private static final byte[] TRACEBACK = ascii("Traceback (most recent call last):");
  private static final byte[] DURING = ascii("During handling of the above exception");
  private static final byte[] CAUSE = ascii("The above exception was the direct cause");
  private static final byte[][] GO_BEGINS = {
    ascii("panic: "), ascii("fatal error: "), ascii("goroutine ")
  };
  private static final byte[][] GO_ON = {
    ascii("goroutine "),
    ascii("created by "),
    ascii("[signal "),
    ascii("exit status "),
    ascii("runtime: "),
    ascii("panic: "),
    ascii("[recovered]")
  };
  private static final int LINES_LOOKED_AT = 64;
  private static final int SHARE = 8;

  private final Mode mode;
  private final boolean timestamped;
  private final Timestamp timestamp = new Timestamp();
  private final Parts parts;
  private Inside inside = Inside.PLAIN;
  private boolean part;

  /** How lines are put together. */
  public enum Mode {
    /** Each line is an event. */
    NONE,
    /** By all rules. */
    AUTO,
    /** A line that begins with a time begins an event; whatever else stands in it is no matter. */
    TIMESTAMP,
    /** Each line says whether the next one goes on with it; made by {@link Grouping#parts}. */
    PARTS
  }

  /** Says of a line whether it is a part, with which the next one goes on. */
  @FunctionalInterface
  public interface Parts {
    /** Whether the line between {@code start} and {@code end} is a part. */
    boolean isPart(byte[] bytes, int start, int end);
  }

  private enum Inside {
    PLAIN,
    PYTHON_FRAMES,
    PYTHON_END,
    GO
  }

  /**
   * For files of one kind; what is remembered is forgotten when an event begins.
   *
   * @param timestamped whether its events begin with a time, as {@link #isTimestamped} finds out
   */
  public Grouping(Mode mode, boolean timestamped) {
    this(mode, timestamped, (bytes, start, end) -> false);
  }

  /** For a file whose lines say themselves whether they go on. */
  public static Grouping parts(Parts parts) {
    return new Grouping(Mode.PARTS, false, parts);
  }

  private Grouping(Mode mode, boolean timestamped, Parts parts) {
    this.mode = mode;
    this.parts = parts;
    this.timestamped = timestamped || mode == Mode.TIMESTAMP;
  }

  /**
   * Whether the events of a file begin with a time. Of the lines at its head that are not indented
   * at least two do, and every eighth: a head may be full of traces, whose lines have none, and one
   * line with a time may be of another program. Asked of the same head it always says the same.
   */
  public static boolean isTimestamped(byte[] head, int length, long readAt) {
    var timestamp = new Timestamp();
    int with = 0;
    int all = 0;
    int start = 0;
    for (int feed = Lines.feed(head, 0, length);
        feed >= 0 && all < LINES_LOOKED_AT;
        feed = Lines.feed(head, start, length)) {
      if (feed > start && !isBlank(head[start])) {
        all++;
        with += timestamp.read(head, start, feed, readAt) ? 1 : 0;
      }
      start = feed + 1;
    }
    return with > 0 && (with == all || (with > 1 && SHARE * with >= all));
  }

  /** Whether the event that has begun is whole, whatever the next line is. */
  public boolean isWhole() {
    return switch (mode) {
      case NONE -> true;
      case PARTS -> !part;
      case AUTO, TIMESTAMP -> false;
    };
  }

  /** The line between {@code start} and {@code end} is the first of an event. */
  public void begin(byte[] bytes, int start, int end) {
    inside = Inside.PLAIN;
    if (mode == Mode.AUTO) {
      enter(bytes, start, end);
    } else if (mode == Mode.PARTS) {
      part = parts.isPart(bytes, start, end);
    }
  }

  /** Whether the next line belongs to the event that has begun. */
  public boolean goesOn(byte[] bytes, int start, int end) {
    return switch (mode) {
      case NONE -> false;
      case PARTS -> {
        boolean goesOn = part;
        part = goesOn && parts.isPart(bytes, start, end);
        yield goesOn;
      }
      case TIMESTAMP -> !timestamp.begins(bytes, start, end);
      case AUTO -> {
        boolean goesOn =
            timestamped ? !timestamp.begins(bytes, start, end) : isOn(bytes, start, end);
        if (goesOn) {
          enter(bytes, start, end);
        }
        yield goesOn;
      }
    };
  }

  private boolean isOn(byte[] bytes, int start, int end) {
    boolean empty = start == end;
    if (!empty && (isBlank(bytes[start]) || closes(bytes, start, end))) {
      return true;
    }
    if (beginsWithOneOf(ALWAYS_ON, bytes, start, end)) {
      return true;
    }
    return switch (inside) {
      case PLAIN -> false;
      case PYTHON_FRAMES -> true;
      case PYTHON_END ->
          empty
              || beginsWith(DURING, bytes, start, end)
              || beginsWith(CAUSE, bytes, start, end)
              || beginsWith(TRACEBACK, bytes, start, end);
      case GO -> empty || beginsWithOneOf(GO_ON, bytes, start, end) || isCall(bytes, start, end);
    };
  }

  private void enter(byte[] bytes, int start, int end) {
    if (beginsWith(TRACEBACK, bytes, start, end)) {
      inside = Inside.PYTHON_FRAMES;
    } else if (beginsWithOneOf(GO_BEGINS, bytes, start, end)) {
      inside = Inside.GO;
    } else if (inside == Inside.PYTHON_FRAMES && start < end && !isBlank(bytes[start])) {
      inside = Inside.PYTHON_END;
    }
  }

  /** The last line of JSON or of a block that was printed over many. */
  private static boolean closes(byte[] bytes, int start, int end) {
    return (bytes[start] == '}' || bytes[start] == ']' || bytes[start] == ')') && end - start <= 2;
  }

  /** A frame of Go, such as {@code main.(*Server).serve(0xc000, ...)}. */
  private static boolean isCall(byte[] bytes, int start, int end) {
    if (end - start < 3 || bytes[end - 1] != ')') {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (bytes[i] == '(') {
        return i > start;
      }
      if (bytes[i] == ' ') {
        return false;
      }
    }
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean beginsWithOneOf(byte[][] prefixes, byte[] bytes, int start, int end) {
    for (byte[] prefix : prefixes) {
      if (beginsWith(prefix, bytes, start, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsWith(byte[] prefix, byte[] bytes, int start, int end) {
    if (end - start < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[start + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
