package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import java.nio.charset.StandardCharsets;

/**
 * A message of syslog: RFC 5424, section 6, or what RFC 3164 found in use, with or without the
 * number before it, which files of {@code /var/log} lack.
 *
 * <pre>
 *   <165>1 2026-11-25T13:29:12.983Z web1 app 7 ID47 [x@32473 iut="3" y="4"] up again
 *    facility, severity             host app procid msgid sd.x@32473.iut, ..y   text
 *
 *   Nov 25 13:29:12 web1 sshd[7]: up again
 *                   host app  procid  text
 * </pre>
 *
 * A value that is {@code -} is not there.
 */
final class SyslogForm implements Form {
  private static final byte[] FACILITY = ascii("facility");
  private static final byte[] HOST = ascii("host");
  private static final byte[] APP = ascii("app");
  private static final byte[] PROCID = ascii("procid");
  private static final byte[] MSGID = ascii("msgid");
  private static final byte[] DATA = ascii("sd.");
  private static final byte[] TRUE = ascii("true");
  private static final byte[][] NUMBERS = new byte[24][];
  private static final int PRIORITY_MAX = 191;
  private static final int NAME_MAX = 32; // RFC 5424, 6.3.3
  private static final int FIELD_NAME_MAX = DATA.length + NAME_MAX + 1 + NAME_MAX;
  private static final int UNFIT = -1;

  static {
    for (int i = 0; i < NUMBERS.length; i++) {
      NUMBERS[i] = ascii(Integer.toString(i));
    }
  }

  private final Scratch scratch = new Scratch();
  private final Findings findings = new Findings();
  private final OldTime oldTime = new OldTime();
  private int priority;

  @Override
  public boolean read(Event event) {
    // An id stands before each of its parameters here, so names may come to more than the text.
    scratch.begin(event.end() - event.start() + Fields.COUNT_MAX * FIELD_NAME_MAX);
    findings.begin(event);
    byte[] b = event.bytes();
    int at = priority(b, event.start(), event.end());
    boolean prioritised = at > event.start();
    boolean fits = at >= 0;
    if (fits && prioritised) {
      int facility = priority >> 3;
      findings.severity(SeverityWord.ofSyslog(priority & 7));
      event
          .fields()
          .add(FACILITY, 0, FACILITY.length, NUMBERS[facility], 0, NUMBERS[facility].length, true);
    }
    boolean isNew = prioritised && at + 1 < event.end() && b[at] == '1' && b[at + 1] == ' ';
    fits = fits && (isNew ? current(event, at + 2) : old(event, at, prioritised));
    if (!fits) {
      event.fields().clear();
      return false;
    }
    findings.searchText();
    findings.tell(event);
    return true;
  }

  /** Behind the number in angle brackets; {@code from} when there is none. */
  private int priority(byte[] b, int from, int to) {
    if (from == to || b[from] != '<') {
      return from;
    }
    priority = 0;
    int at = from + 1;
    while (at < to && isDigit(b[at]) && at - from <= 3) {
      priority = priority * 10 + b[at++] - '0';
    }
    return at > from + 1 && at < to && b[at] == '>' && priority <= PRIORITY_MAX ? at + 1 : UNFIT;
  }

  private boolean current(Event event, int from) {
    byte[] b = event.bytes();
    int to = event.end();
    int end = wordEnd(b, from, to);
    boolean nil = end == from + 1 && b[from] == '-';
    if (end == to || (!nil && !findings.time(b, from, end))) {
      return false;
    }
    int at = header(event, HOST, end + 1);
    at = at < 0 ? UNFIT : header(event, APP, at);
    at = at < 0 ? UNFIT : header(event, PROCID, at);
    at = at < 0 ? UNFIT : header(event, MSGID, at);
    at = at < 0 || at >= to ? UNFIT : data(event, at);
    if (at < 0 || (at < to && b[at] != ' ')) {
      return false;
    }
    int text = Math.min(at + 1, to);
    findings.text(b, isMarked(b, text, to) ? text + 3 : text, to);
    return true;
  }

  /** Behind a word and its space. */
  private int header(Event event, byte[] name, int from) {
    byte[] b = event.bytes();
    int end = wordEnd(b, from, event.end());
    if (end == from || end == event.end()) {
      return UNFIT;
    }
    add(event, name, from, end);
    return end + 1;
  }

  private void add(Event event, byte[] name, int from, int end) {
    byte[] b = event.bytes();
    if (end > from && !(end == from + 1 && b[from] == '-')) {
      event.fields().add(name, 0, name.length, b, from, end, false);
    }
  }

  /** Behind the structured data (RFC 5424, 6.3). */
  private int data(Event event, int from) {
    byte[] b = event.bytes();
    int to = event.end();
    if (b[from] == '-') {
      return from + 1;
    }
    int at = from;
    while (at < to && b[at] == '[') {
      int id = at + 1;
      at = nameEnd(b, id, to);
      if (at == UNFIT) {
        return UNFIT;
      }
      int idEnd = at;
      if (at < to && b[at] == ']' && !named(event, id, idEnd, 0, 0, TRUE, 0, TRUE.length)) {
        return UNFIT;
      }
      while (at < to && b[at] == ' ') {
        at = parameter(event, id, idEnd, at + 1);
        if (at < 0) {
          return UNFIT;
        }
      }
      if (at == to || b[at] != ']') {
        return UNFIT;
      }
      at++;
    }
    return at == from ? UNFIT : at;
  }

  private int parameter(Event event, int id, int idEnd, int name) {
    byte[] b = event.bytes();
    int to = event.end();
    int nameEnd = nameEnd(b, name, to);
    if (nameEnd < 0 || nameEnd + 1 >= to || b[nameEnd] != '=' || b[nameEnd + 1] != '"') {
      return UNFIT;
    }
    int value = nameEnd + 2;
    int at = value;
    boolean escaped = false;
    while (at < to && b[at] != '"') {
      escaped |= b[at] == '\\';
      at += b[at] == '\\' ? 2 : 1;
    }
    if (at >= to) {
      return UNFIT;
    }
    if (!escaped) {
      return named(event, id, idEnd, name, nameEnd, b, value, at) ? at + 1 : UNFIT;
    }
    int start = scratch.length();
    unescape(b, value, at);
    int end = scratch.length();
    return named(event, id, idEnd, name, nameEnd, scratch.array(), start, end) ? at + 1 : UNFIT;
  }

  /** Only three bytes are escaped; before others the backslash is one (RFC 5424, 6.3.3). */
  private void unescape(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      boolean escape = b[i] == '\\' && (b[i + 1] == '"' || b[i + 1] == '\\' || b[i + 1] == ']');
      scratch.put(escape ? b[++i] : b[i]);
    }
  }

  /** Adds {@code sd.id.name}, or {@code sd.id} where there is no name. */
  private boolean named(
      Event event, int id, int idEnd, int name, int nameEnd, byte[] value, int from, int to) {
    if (event.fields().count() == Fields.COUNT_MAX) {
      return false;
    }
    int start = scratch.length();
    scratch.put(DATA, 0, DATA.length);
    scratch.put(event.bytes(), id, idEnd);
    if (nameEnd > name) {
      scratch.put('.');
      scratch.put(event.bytes(), name, nameEnd);
    }
    return event
        .fields()
        .add(scratch.array(), start, scratch.length(), value, from, to, nameEnd == name);
  }

  private static int nameEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] > ' ' && b[at] != '=' && b[at] != ']' && b[at] != '"') {
      at++;
    }
    return at == from || at - from > NAME_MAX ? UNFIT : at;
  }

  private boolean old(Event event, int from, boolean prioritised) {
    byte[] b = event.bytes();
    int to = event.end();
    int host = oldTime.end(b, from, to, event.seconds());
    if (host < 0 || host == to || b[host] != ' ' || !findings.time(b, from, host)) {
      // Whatever stands behind the number is the message (RFC 3164, 4.3.3).
      findings.text(b, from, to);
      return prioritised;
    }
    host++;
    int hostEnd = wordEnd(b, host, to);
    if (hostEnd == host || hostEnd == to) {
      return false;
    }
    add(event, HOST, host, hostEnd);
    findings.text(b, tag(event, hostEnd + 1), to);
    return true;
  }

  /** Where the message begins behind {@code app:} or {@code app[7]:}; {@code from} without them. */
  private int tag(Event event, int from) {
    byte[] b = event.bytes();
    int to = event.end();
    int appEnd = from;
    while (appEnd < to
        && (b[appEnd] < 0 || b[appEnd] > ' ')
        && b[appEnd] != ':'
        && b[appEnd] != '[') {
      appEnd++;
    }
    int at = appEnd;
    int process = appEnd + 1;
    if (at < to && b[at] == '[') {
      while (at < to && b[at] != ']' && b[at] > ' ') {
        at++;
      }
      if (at == to || b[at] != ']') {
        return from;
      }
      at++;
    }
    if (appEnd == from || at == to || b[at] != ':') {
      return from;
    }
    add(event, APP, from, appEnd);
    if (at > appEnd) {
      add(event, PROCID, process, at - 1);
    }
    at++;
    return at < to && b[at] == ' ' ? at + 1 : at;
  }

  private static boolean isMarked(byte[] b, int from, int to) {
    return to - from >= 3
        && b[from] == (byte) 0xef
        && b[from + 1] == (byte) 0xbb
        && b[from + 2] == (byte) 0xbf;
  }

  private static int wordEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && (b[at] < 0 || b[at] > ' ')) {
      at++;
    }
    return at < to && b[at] != ' ' ? from : at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
