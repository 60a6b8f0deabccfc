package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.text.Lines;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a container as a runtime of Kubernetes writes them. One that was too long for the
 * runtime comes in parts, which are put together again, as are the lines of one event.
 *
 * <pre>
 *   2026-11-25T13:29:12.983000000Z stdout P the first part,
 *   2026-11-25T13:29:12.984000000Z stdout F  and the rest
 *   time of the first line         stream tag, text from here
 * </pre>
 */
final class CriForm implements Form {
  private static final byte[] STREAM = "stream".getBytes(StandardCharsets.US_ASCII);
  private static final int NONE = -1;

  private final Scratch scratch = new Scratch();
  private final Findings findings = new Findings();

  @Override
  public boolean read(Event event) {
    byte[] b = event.bytes();
    int start = event.start();
    int end = event.end();
    findings.begin(event);
    int stream = stream(b, start, end);
    if (stream < 0 || !findings.time(b, start, stream - 1)) {
      return false;
    }
    int lineEnd = lineEnd(b, start, end);
    int text = textStart(b, stream, lineEnd);
    if (text < 0) {
      return false;
    }
    if (lineEnd == end) {
      findings.text(b, text, end);
    } else if (joined(b, start, end)) {
      findings.text(scratch.array(), 0, scratch.length());
    } else {
      return false;
    }
    event.fields().add(STREAM, 0, STREAM.length, b, stream, stream + "stdout".length(), false);
    findings.searchText();
    findings.tell(event);
    return true;
  }

  /** Whether the line is a part of one that goes on in the next line. */
  static boolean isPartial(byte[] b, int start, int end) {
    int stream = stream(b, start, end);
    int text = stream < 0 ? NONE : textStart(b, stream, end);
    return text >= 0 && b[stream + "stdout ".length()] == 'P';
  }

  /** Whether every line has the form; then the scratch array holds their texts. */
  private boolean joined(byte[] b, int from, int to) {
    scratch.begin(to - from);
    for (int start = from; start < to; ) {
      int end = lineEnd(b, start, to);
      int stream = stream(b, start, end);
      int text = stream < 0 ? NONE : textStart(b, stream, end);
      if (text < 0) {
        return false;
      }
      scratch.put(b, text, end);
      if (end < to && b[stream + "stdout ".length()] == 'F') {
        scratch.put('\n');
      }
      start = end + 1;
    }
    return true;
  }

  private static int lineEnd(byte[] b, int from, int to) {
    int feed = Lines.feed(b, from, to);
    return feed < 0 ? to : feed;
  }

  /** Where the name of the stream begins; {@link #NONE} when none stands behind a first word. */
  private static int stream(byte[] b, int start, int end) {
    int most = Math.min(end, start + "2026-11-25T13:29:12.983000000+01:00 ".length());
    for (int at = start; at < most; at++) {
      if (b[at] == ' ') {
        boolean is =
            end - at > " stdout P".length() - 1
                && b[at + 1] == 's'
                && b[at + 2] == 't'
                && b[at + 3] == 'd'
                && ((b[at + 4] == 'o' && b[at + 5] == 'u' && b[at + 6] == 't')
                    || (b[at + 4] == 'e' && b[at + 5] == 'r' && b[at + 6] == 'r'))
                && b[at + 7] == ' ';
        return is ? at + 1 : NONE;
      }
    }
    return NONE;
  }

  /** Behind the tags, of which the first says whether the line is whole. */
  private static int textStart(byte[] b, int stream, int end) {
    int at = stream + "stdout ".length();
    if (b[at] != 'P' && b[at] != 'F') {
      return NONE;
    }
    at++;
    if (at < end && b[at] == ':') {
      while (at < end && b[at] != ' ') {
        at++;
      }
    }
    if (at == end) {
      return end;
    }
    return b[at] == ' ' ? at + 1 : NONE;
  }
}
