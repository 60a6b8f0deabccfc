package io.containerpatterns.logshipper.parse;

/** What a named value is to an event. */
enum Role {
  TIME,
  SEVERITY,
  TEXT,
  FIELD;

  /** By the names that the common libraries for logging use. */
  static Role of(byte[] b, int start, int end) {
    return switch (end - start) {
      case 2 -> is("ts", b, start) ? TIME : FIELD;
      case 3 ->
          is("msg", b, start) || is("log", b, start)
              ? TEXT
              : is("lvl", b, start) ? SEVERITY : FIELD;
      case 4 -> is("time", b, start) ? TIME : FIELD;
      case 5 -> is("level", b, start) ? SEVERITY : FIELD;
      case 7 -> is("message", b, start) ? TEXT : FIELD;
      case 8 -> is("severity", b, start) ? SEVERITY : FIELD;
      case 9 -> is("timestamp", b, start) ? TIME : is("log.level", b, start) ? SEVERITY : FIELD;
      case 10 -> is("@timestamp", b, start) ? TIME : FIELD;
      default -> FIELD;
    };
  }

  /** The two names that Docker gives a meaning. */
  static Role ofDocker(byte[] b, int start, int end) {
    return switch (end - start) {
      case 3 -> is("log", b, start) ? TEXT : FIELD;
      case 4 -> is("time", b, start) ? TIME : FIELD;
      default -> FIELD;
    };
  }

  private static boolean is(String name, byte[] b, int start) {
    for (int i = 0; i < name.length(); i++) {
      if (b[start + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
