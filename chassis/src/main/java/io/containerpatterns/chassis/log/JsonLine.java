package io.containerpatterns.chassis.log;

/**
 * An event as machines read it; a pair never hides one of the first four members, it then gets an
 * underscore.
 *
 * <pre>
 *   {"time":"2026-01-01T00:00:00.123Z","level":"info","logger":"elector.Election","message":"leading","token":"4"}
 * </pre>
 *
 * By hand, because a log line must not load a JSON library into a process that has just begun.
 */
final class JsonLine {
  private JsonLine() {}

  static String of(LogEvent event) {
    StringBuilder line = new StringBuilder(200);
    line.append("{\"time\":\"");
    TextLine.appendTime(line, event.time().toEpochMilli());
    line.append('"');
    member(line, "level", event.level().word());
    member(line, "logger", event.logger());
    member(line, "message", event.message());
    for (LogEvent.Pair pair : event.pairs()) {
      String key = pair.key();
      boolean taken =
          key.equals("time")
              || key.equals("level")
              || key.equals("logger")
              || key.equals("message");
      member(line, taken ? "_" + key : key, pair.value());
    }
    return line.append('}').toString();
  }

  private static void member(StringBuilder line, String key, String value) {
    line.append(',');
    string(line, key);
    line.append(':');
    string(line, value);
  }

  private static void string(StringBuilder line, String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else {
        Escapes.append(line, c);
      }
    }
    line.append('"');
  }
}
