package io.containerpatterns.logshipper.filter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.parse.Chars;

/** Looks for a pattern of RE2/J in one text after the other, without making one of the bytes. */
final class Search {
  private final Chars chars = new Chars();
  private final Matcher matcher;

  Search(Pattern pattern) {
    matcher = pattern.matcher(chars);
  }

  /** Whether it is found in the text of {@code event}. */
  boolean isIn(Event event) {
    begin(event.bytes(), event.start(), event.end());
    return matcher.find();
  }

  /** The text is now this. */
  void begin(byte[] b, int start, int end) {
    chars.of(b, start, end);
    matcher.reset();
  }

  /** Whether it is found once more, and is not empty there. */
  boolean next() {
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) {
        return true;
      }
    }
    return false;
  }

  /** Where it was found. */
  int start() {
    return chars.place(matcher.start());
  }

  /** Behind where it was found. */
  int end() {
    return chars.place(matcher.end());
  }
}
