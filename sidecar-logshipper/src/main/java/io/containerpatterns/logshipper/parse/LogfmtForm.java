package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import java.nio.charset.StandardCharsets;

/**
 * Pairs in one line; a key alone says that it is so.
 *
 * <pre>
 *   time=2026-11-25T13:29:12Z level=warn msg="disk \"a\" is full" free=0 retry
 *   time                      severity   text, unescaped          field  field retry, true
 * </pre>
 *
 * The first is a pair, else it is some other text. What follows in further lines, such as a trace,
 * has no place in this form, so such an event does not fit.
 */
final class LogfmtForm implements Form {
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final int UNFIT = -1;

  private final Scratch scratch = new Scratch();
  private final Findings findings = new Findings();
  private int valueStart;
  private int valueEnd;

  @Override
  public boolean read(Event event) {
    scratch.begin(event.end() - event.start());
    findings.begin(event);
    if (!pairs(event)) {
      event.fields().clear();
      return false;
    }
    findings.tell(event);
    return true;
  }

  private boolean pairs(Event event) {
    byte[] b = event.bytes();
    int to = event.end();
    boolean first = true;
    for (int at = blank(b, event.start(), to); at < to; at = blank(b, at, to)) {
      int name = at;
      at = nameEnd(b, name, to);
      if (at == name) {
        return false;
      }
      int nameEnd = at;
      boolean fits;
      if (at < to && b[at] == '=') {
        boolean quoted = at + 1 < to && b[at + 1] == '"';
        at = quoted ? quoted(b, at + 2, to) : bare(b, at + 1, to);
        fits = at >= 0 && pair(event, name, nameEnd, quoted);
      } else {
        fits = !first && event.fields().add(b, name, nameEnd, TRUE, 0, TRUE.length, true);
      }
      if (!fits || (at < to && b[at] != ' ' && b[at] != '\t')) {
        return false;
      }
      first = false;
    }
    return !first;
  }

  private boolean pair(Event event, int name, int nameEnd, boolean quoted) {
    byte[] b = event.bytes();
    // An unescaped value is the last in the scratch array; its bounds are relative to that.
    byte[] v = quoted && valueStart < 0 ? scratch.array() : b;
    int start = valueStart < 0 ? ~valueStart : valueStart;
    boolean taken =
        switch (Role.of(b, name, nameEnd)) {
          case FIELD -> false;
          case TIME -> findings.time(v, start, valueEnd);
          case SEVERITY -> findings.severity(v, start, valueEnd);
          case TEXT -> !findings.hasText() && text(v, start, valueEnd);
        };
    return taken || event.fields().add(b, name, nameEnd, v, start, valueEnd, false);
  }

  private boolean text(byte[] v, int start, int end) {
    findings.text(v, start, end);
    return true;
  }

  private static int blank(byte[] b, int from, int to) {
    int at = from;
    while (at < to && (b[at] == ' ' || b[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int nameEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && (b[at] < 0 || b[at] > ' ') && b[at] != '=' && b[at] != '"') {
      at++;
    }
    return at;
  }

  private int bare(byte[] b, int from, int to) {
    int at = from;
    while (at < to && (b[at] < 0 || b[at] > ' ')) {
      at++;
    }
    valueStart = from;
    valueEnd = at;
    return at;
  }

  /** The index behind the quote that ends the value, {@link #UNFIT} when none does. */
  private int quoted(byte[] b, int from, int to) {
    int at = from;
    boolean escaped = false;
    while (at < to && b[at] != '"') {
      escaped |= b[at] == '\\';
      at += b[at] == '\\' ? 2 : 1;
    }
    if (at >= to) {
      return UNFIT;
    }
    valueStart = from;
    valueEnd = at;
    if (escaped) {
      valueStart = ~scratch.length();
      unescape(b, from, at);
      valueEnd = scratch.length();
    }
    return at + 1;
  }

  /** As Go's strconv.Quote escapes; another letter behind a backslash means itself. */
  private void unescape(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      byte next = b[at++];
      if (next != '\\') {
        scratch.put(next);
        continue;
      }
      byte letter = b[at++];
      int unit = letter == 'u' && at + 4 <= to ? JsonScanner.unit(b, at) : -1;
      if (unit >= 0) {
        int point = Character.isSurrogate((char) unit) ? 0xfffd : unit;
        scratch.wroteTo(JsonScanner.utf8(point, scratch.array(), scratch.length()));
        at += 4;
        continue;
      }
      scratch.put(
          switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
          });
    }
  }
}
