package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.text.Lines;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Finds out the form of a file's events from the lines at its head: that which at least two of them
 * have, and every eighth, or the only one. Traces of stacks have none, and a head may be full of
 * them.
 */
public final class Detection {
  // The narrower before those that would take their lines as well.
  private static final List<Format> ORDER =
      List.of(Format.DOCKER, Format.JSON, Format.CRI, Format.SYSLOG, Format.LOGFMT);
  private static final int LINES_LOOKED_AT = 64;
  private static final int SHARE = 8;
  private static final int PAIRS_MIN = 2;

  private Detection() {}

  /**
   * The form of the file that begins so; {@link Format#NONE} when none is recognised. Never {@link
   * Format#AUTO} or {@link Format#REGEX}. Of the same head it always says the same.
   */
  public static Format formatOf(byte[] head, int length) {
    Format best = Format.NONE;
    int most = 0;
    for (Format format : ORDER) {
      int fitting = fitting(format, head, length);
      if (fitting > most) {
        best = format;
        most = fitting;
      }
    }
    return best;
  }

  /** How many lines have the form, 0 when it is too few of them. */
  private static int fitting(Format format, byte[] head, int length) {
    var parser = Parser.of(format);
    var event = new Event(new Origin("head", List.of()));
    int with = 0;
    int all = 0;
    int start = 0;
    for (int feed = Lines.feed(head, 0, length);
        feed >= 0 && all < LINES_LOOKED_AT;
        feed = Lines.feed(head, start, length)) {
      int end = Lines.textEnd(head, start, feed);
      if (end > start && head[start] != ' ' && head[start] != '\t') {
        all++;
        event.begin(head, start, end, start, feed + 1L - start, false);
        parser.parse(event);
        with += !event.isUnparsed() && isOutright(format, head, start, end, event) ? 1 : 0;
      }
      start = feed + 1;
    }
    return with > 0 && (with == all || (with > 1 && SHARE * with >= all)) ? with : 0;
  }

  /** Not only by chance. */
  private static boolean isOutright(Format format, byte[] head, int start, int end, Event event) {
    return switch (format) {
      case DOCKER -> event.isTimed() && hasField("stream", event);
      // The older form is like any text that begins with a time.
      case SYSLOG -> head[start] == '<' && event.isTimed();
      case LOGFMT -> hasPairs(event, end - start);
      default -> true;
    };
  }

  private static boolean hasPairs(Event event, int length) {
    int pairs = event.isTimed() ? 1 : 0;
    pairs += event.severity() == Severity.NONE ? 0 : 1;
    pairs += event.end() - event.start() == length ? 0 : 1; // its text is its message
    int alone = 0;
    for (int i = 0; i < event.fields().count(); i++) {
      pairs += event.fields().isJson(i) ? 0 : 1;
      alone += event.fields().isJson(i) ? 1 : 0;
    }
    return pairs >= PAIRS_MIN && pairs > alone;
  }

  private static boolean hasField(String name, Event event) {
    var fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      int start = fields.nameStart(i);
      if (new String(fields.nameBytes(i), start, fields.nameEnd(i) - start, StandardCharsets.UTF_8)
          .equals(name)) {
        return true;
      }
    }
    return false;
  }
}
