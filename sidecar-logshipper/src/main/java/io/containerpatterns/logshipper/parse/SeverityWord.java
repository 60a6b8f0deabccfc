package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;

/**
 * Reads how serious an event is: a word that is its level, a number, or a word near the beginning
 * of a text.
 *
 * <pre>
 *   13:29:12 [main] INFO  c.e.App - up     a word in capitals
 *   [error] 7#7: *1 open() failed          in brackets, in any letters
 *   warn: Microsoft.Hosting[0]             before a colon
 *   level=warning msg="disk is full"       behind its name
 *   W1125 13:29:12.983 7 app.go:3] slow    klog
 * </pre>
 *
 * What stands for a level in one line only by chance (a word in capitals in the message) is taken
 * for it; therefore not more than the first {@value #WINDOW} bytes of the first line are looked at.
 */
public final class SeverityWord {
  private static final int WINDOW = 128;
  private static final int LONGEST = 13;
  private static final int PACKED = 8;
  private static final int SLOTS = 256;
  private static final long[] KEYS = new long[SLOTS];
  private static final byte[] LENGTHS = new byte[SLOTS];
  private static final Severity[] VALUES = new Severity[SLOTS];

  static {
    put(Severity.TRACE, "trace", "trc", "finest", "finer", "verbose", "t");
    put(Severity.DEBUG, "debug", "dbg", "fine", "d");
    put(Severity.INFO, "info", "inf", "information", "informational", "notice", "i");
    put(Severity.WARN, "warn", "wrn", "warning", "w");
    put(Severity.ERROR, "error", "err", "severe", "fail", "e");
    put(Severity.FATAL, "fatal", "ftl", "critical", "crit", "alert", "emerg", "emergency");
    put(Severity.FATAL, "panic", "dpanic", "f");
  }

  private SeverityWord() {}

  private static void put(Severity severity, String... words) {
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
      long key = key(bytes, 0, bytes.length);
      int slot = slot(key, bytes.length);
      while (LENGTHS[slot] != 0) {
        slot = (slot + 1) % SLOTS;
      }
      KEYS[slot] = key;
      LENGTHS[slot] = (byte) bytes.length;
      VALUES[slot] = severity;
    }
  }

  /** What the word says, in capitals or not; {@link Severity#NONE} when it is no such word. */
  public static Severity of(byte[] b, int start, int end) {
    int length = end - start;
    if (length < 1 || length > LONGEST) {
      return Severity.NONE;
    }
    long key = key(b, start, end);
    if (key < 0) {
      return Severity.NONE;
    }
    for (int slot = slot(key, length); LENGTHS[slot] != 0; slot = (slot + 1) % SLOTS) {
      if (KEYS[slot] == key && LENGTHS[slot] == length) {
        return VALUES[slot];
      }
    }
    return Severity.NONE;
  }

  /** By the numbers of bunyan and pino, 10 (trace) to 60 (fatal); others say nothing. */
  public static Severity ofTens(int number) {
    return switch (number) {
      case 10 -> Severity.TRACE;
      case 20 -> Severity.DEBUG;
      case 30 -> Severity.INFO;
      case 40 -> Severity.WARN;
      case 50 -> Severity.ERROR;
      case 60 -> Severity.FATAL;
      default -> Severity.NONE;
    };
  }

  /** By the numbers of RFC 5424, 6.2.1, 0 (emergency) to 7 (debug); others say nothing. */
  public static Severity ofSyslog(int number) {
    return switch (number) {
      case 0, 1, 2 -> Severity.FATAL;
      case 3 -> Severity.ERROR;
      case 4 -> Severity.WARN;
      case 5, 6 -> Severity.INFO;
      case 7 -> Severity.DEBUG;
      default -> Severity.NONE;
    };
  }

  /** What is said near the beginning of a text, {@link Severity#NONE} when nothing is. */
  public static Severity find(byte[] b, int start, int end) {
    if (isKlog(b, start, end)) {
      return of(b, start, start + 1);
    }
    int to = Math.min(end, start + WINDOW);
    int wordsTo = Math.min(end, to + LONGEST + 1);
    boolean named = false; // whether the last word was a name for what we look for
    int lastEnd = start;
    int at = start;
    while (at < to) {
      if (!isLetter(b[at])) {
        if (b[at] == '\n') {
          break;
        }
        at = b[at] == 0x1b ? colourEnd(b, at, to) : at + 1;
        continue;
      }
      int word = at;
      at = wordEnd(b, word, wordsTo);
      if (at - word >= 3 && at - word <= LONGEST) {
        boolean told = named && isAssignment(b, lastEnd, word);
        if (told || isCapitals(b, word, at) || isSetOff(b, start, word, at, end)) {
          Severity found = of(b, word, at);
          if (found != Severity.NONE && (told || standsAlone(b, start, word, at, end))) {
            return found;
          }
        }
      }
      named = isName(b, word, at);
      lastEnd = at;
    }
    return Severity.NONE;
  }

  private static boolean isKlog(byte[] b, int start, int end) {
    return end - start > 5
        && (b[start] == 'I' || b[start] == 'W' || b[start] == 'E' || b[start] == 'F')
        && isDigit(b[start + 1])
        && isDigit(b[start + 2])
        && isDigit(b[start + 3])
        && isDigit(b[start + 4])
        && b[start + 5] == ' ';
  }

  /** Behind a sequence that colours a terminal, whose last letter would belong to the word. */
  private static int colourEnd(byte[] b, int escape, int to) {
    int at = escape + 1;
    if (at < to && b[at] == '[') {
      at++;
      while (at < to && (isDigit(b[at]) || b[at] == ';')) {
        at++;
      }
      return Math.min(at + 1, to);
    }
    return at;
  }

  private static int wordEnd(byte[] b, int word, int to) {
    int at = word + 1;
    while (at < to && isLetter(b[at])) {
      at++;
    }
    return at;
  }

  private static boolean isCapitals(byte[] b, int word, int end) {
    return isCapital(b[word]) && isCapital(b[word + 1]) && isCapital(b[end - 1]);
  }

  private static boolean isSetOff(byte[] b, int start, int word, int wordEnd, int end) {
    if (wordEnd == end) {
      return false;
    }
    byte before = word > start ? b[word - 1] : (byte) ' ';
    return switch (b[wordEnd]) {
      case ']' -> before == '[' || before == ':';
      case ')' -> before == '(';
      case '>' -> before == '<';
      case ':' -> before == ' ' || before == '\t';
      default -> false;
    };
  }

  /** Not a part of a name such as {@code ERROR_CODE} or {@code x-error/7}. */
  private static boolean standsAlone(byte[] b, int start, int word, int wordEnd, int end) {
    return (word == start || b[word - 1] == 'm' || !joins(b[word - 1]))
        && (wordEnd == end || !joins(b[wordEnd]));
  }

  private static boolean joins(byte b) {
    return b < 0 || isDigit(b) || isLetter(b) || b == '_' || b == '-' || b == '.' || b == '/';
  }

  private static boolean isAssignment(byte[] b, int from, int to) {
    boolean assigned = false;
    for (int i = from; i < to; i++) {
      assigned |= b[i] == '=' || b[i] == ':';
      if (i - from == 4 || (b[i] != '=' && b[i] != ':' && b[i] != '"' && b[i] != ' ')) {
        return false;
      }
    }
    return assigned;
  }

  private static boolean isName(byte[] b, int word, int end) {
    return switch (end - word) {
      case 3 -> b[word] == 'l' && b[word + 1] == 'v' && b[word + 2] == 'l';
      case 5 ->
          (b[word] == 'l' || b[word] == 'L')
              && b[word + 1] == 'e'
              && b[word + 2] == 'v'
              && b[word + 3] == 'e'
              && b[word + 4] == 'l';
      case 8 ->
          (b[word] == 's' || b[word] == 'S')
              && b[word + 1] == 'e'
              && b[word + 2] == 'v'
              && b[word + 7] == 'y';
      default -> false;
    };
  }

  /** Up to eight letters in one number; negative when something else is among the first eight. */
  private static long key(byte[] b, int start, int end) {
    long key = 0;
    for (int i = start; i < end; i++) {
      if (!isLetter(b[i])) {
        return -1;
      }
      if (i - start < PACKED) {
        key = key << 8 | (b[i] | 0x20);
      }
    }
    return key;
  }

  private static int slot(long key, int length) {
    return (int) (((key + length) * 0x9e37_79b9_7f4a_7c15L) >>> 56);
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isCapital(byte b) {
    return b >= 'A' && b <= 'Z';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
