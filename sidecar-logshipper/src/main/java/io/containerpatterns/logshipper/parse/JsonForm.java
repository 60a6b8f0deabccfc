package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;

/**
 * One object of JSON and nothing else. Its members become fields, their values as they stand; those
 * that are the time, the severity or the message by their names and what they hold do not.
 *
 * <pre>
 *   {"ts":1795613400.12,"level":"warn","msg":"disk \"a\" is full","disk":{"free":0}}
 *     time               severity       text, unescaped              field disk, {"free":0}
 * </pre>
 *
 * Docker puts around each line of a container an object of its own, which says nothing about how
 * serious it is; that is looked for in the line.
 */
final class JsonForm implements Form {
  private final boolean docker;
  private final JsonScanner scanner = new JsonScanner();
  private final Scratch scratch = new Scratch();
  private final Findings findings = new Findings();

  JsonForm(boolean docker) {
    this.docker = docker;
  }

  @Override
  public boolean read(Event event) {
    scratch.begin(event.end() - event.start());
    findings.begin(event);
    if (!object(event) || (docker && !findings.hasText())) {
      event.fields().clear();
      return false;
    }
    if (docker) {
      findings.searchText();
    }
    findings.tell(event);
    return true;
  }

  private boolean object(Event event) {
    byte[] b = event.bytes();
    int to = event.end();
    int at = JsonScanner.blank(b, event.start(), to);
    if (at == to || b[at] != '{') {
      return false;
    }
    at = JsonScanner.blank(b, at + 1, to);
    if (at < to && b[at] == '}') {
      return JsonScanner.blank(b, at + 1, to) == to;
    }
    while (at < to && b[at] == '"') {
      int nameEnd = scanner.string(b, at, to);
      boolean nameEscaped = scanner.isEscaped();
      int value = nameEnd < 0 ? -1 : JsonScanner.colon(b, nameEnd, to);
      int valueEnd = value < 0 ? -1 : scanner.value(b, value, to);
      if (valueEnd < 0 || !member(event, at + 1, nameEnd - 1, nameEscaped, value, valueEnd)) {
        return false;
      }
      at = JsonScanner.blank(b, valueEnd, to);
      if (at == to) {
        return false;
      }
      if (b[at] == '}') {
        return JsonScanner.blank(b, at + 1, to) == to;
      }
      if (b[at] != ',') {
        return false;
      }
      at = JsonScanner.blank(b, at + 1, to);
    }
    return false;
  }

  /** Whether there was room for it. */
  private boolean member(
      Event event, int name, int nameEnd, boolean nameEscaped, int value, int valueEnd) {
    byte[] b = event.bytes();
    if (nameEscaped) {
      int start = scratch.length();
      scratch.wroteTo(JsonScanner.unescape(b, name, nameEnd, scratch.array(), start));
      return event.fields().add(scratch.array(), start, scratch.length(), b, value, valueEnd, true);
    }
    Role role = docker ? Role.ofDocker(b, name, nameEnd) : Role.of(b, name, nameEnd);
    // The scanner's last string is this one, for a value that is a string.
    return is(role, b, value, valueEnd)
        || event.fields().add(b, name, nameEnd, b, value, valueEnd, true);
  }

  private boolean is(Role role, byte[] b, int value, int valueEnd) {
    boolean quoted = b[value] == '"';
    int start = quoted ? value + 1 : value;
    int end = quoted ? valueEnd - 1 : valueEnd;
    return switch (role) {
      case FIELD -> false;
      case TIME -> findings.time(b, start, end);
      case SEVERITY -> findings.severity(b, start, end);
      case TEXT -> quoted && !findings.hasText() && text(b, start, end);
    };
  }

  private boolean text(byte[] b, int start, int end) {
    if (!scanner.isEscaped()) {
      findings.text(b, start, end);
      return true;
    }
    int from = scratch.length();
    int to = JsonScanner.unescape(b, start, end, scratch.array(), from);
    scratch.wroteTo(to);
    // Of Docker's lines the end is in the string.
    boolean line = docker && to > from && scratch.array()[to - 1] == '\n';
    findings.text(scratch.array(), from, line ? to - 1 : to);
    return true;
  }
}
