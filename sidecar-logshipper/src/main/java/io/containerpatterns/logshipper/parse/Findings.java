package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Severity;

/**
 * What was found so far in an event. The event is told at the end only, so that one that turns out
 * not to fit is as it was. The first value of each kind counts; later ones are fields like others.
 */
final class Findings {
  private static final byte[] NOTHING = {};

  private final Moment moment = new Moment();
  private long readAt;
  private boolean timed;
  private long seconds;
  private int nanos;
  private Severity severity = Severity.NONE;
  private boolean texted;
  private byte[] text = NOTHING;
  private int textStart;
  private int textEnd;

  /** Forgets all, for {@code event}. */
  void begin(Event event) {
    readAt = event.seconds();
    timed = false;
    severity = Severity.NONE;
    texted = false;
  }

  /** Whether it is the time of the event; otherwise it stays a field. */
  boolean time(byte[] b, int start, int end) {
    if (timed || !moment.read(b, start, end, readAt)) {
      return false;
    }
    timed = true;
    seconds = moment.seconds();
    nanos = moment.nanos();
    return true;
  }

  /** Whether it says how serious the event is, by a word or a number of two digits. */
  boolean severity(byte[] b, int start, int end) {
    if (severity != Severity.NONE) {
      return false;
    }
    severity =
        end - start == 2 && isDigit(b[start]) && isDigit(b[start + 1])
            ? SeverityWord.ofTens((b[start] - '0') * 10 + b[start + 1] - '0')
            : SeverityWord.of(b, start, end);
    return severity != Severity.NONE;
  }

  /** It is that serious. */
  void severity(Severity found) {
    severity = found;
  }

  /** Whether there is a message. */
  boolean hasText() {
    return texted;
  }

  /** It is the message. */
  void text(byte[] b, int start, int end) {
    texted = true;
    text = b;
    textStart = start;
    textEnd = end;
  }

  /** A severity that was not told is looked for in the message. */
  void searchText() {
    if (severity == Severity.NONE && texted) {
      severity = SeverityWord.find(text, textStart, textEnd);
    }
  }

  /** Tells {@code event}. Where there is no message its text stays whole. */
  void tell(Event event) {
    if (timed) {
      event.time(seconds, nanos, true);
    }
    event.severity(severity);
    if (texted) {
      event.text(text, textStart, textEnd);
    }
    text = NOTHING;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
