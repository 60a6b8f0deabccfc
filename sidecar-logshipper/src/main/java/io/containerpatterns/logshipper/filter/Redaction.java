package io.containerpatterns.logshipper.filter;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.parse.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Replaces secrets in the text of an event and in the values of its fields. What was JSON is JSON
 * afterwards: a number with a secret in it becomes a string, strings are looked at unescaped.
 *
 * <pre>
 *   card 4111 1111 1111 1111            card ***
 *   {"to":"a@b.com","n":4111111111111111,"password":"x y"}
 *                                       {"to":"***","n":"***","password":"***"}
 * </pre>
 */
public final class Redaction implements Filter {
  private static final int ROOM = 256;

  private final Blackout blackout;
  private final boolean byName;
  private final byte[] replacement;
  private final Sink values = new Sink(ROOM);
  private final JsonScanner scanner = new JsonScanner();
  private byte[] unescaped = {};

  /** What is known about secrets without being told. */
  public enum Preset {
    /** Numbers of payment cards. */
    CARDS,
    /** Addresses of e-mail. */
    EMAILS,
    /** Tokens, keys and passwords, by their form or the name before them. */
    TOKENS
  }

  /**
   * Of these kinds.
   *
   * @param patterns what else is secret
   * @param replacement what stands there instead
   */
  public Redaction(Set<Preset> presets, List<Pattern> patterns, String replacement) {
    List<Secret> secrets = new ArrayList<>();
    for (Preset preset : Preset.values()) {
      if (presets.contains(preset)) {
        secrets.add(
            switch (preset) {
              case CARDS -> new Cards();
              case EMAILS -> new Emails();
              case TOKENS -> new Tokens();
            });
      }
    }
    patterns.forEach(pattern -> secrets.add(new Expression(pattern)));
    this.replacement = replacement.getBytes(StandardCharsets.UTF_8);
    this.blackout = new Blackout(secrets, this.replacement);
    this.byName = presets.contains(Preset.TOKENS);
  }

  @Override
  public boolean pass(Event event) {
    blackout.clear();
    values.cutTo(0);
    if (blackout.blacken(event.bytes(), event.start(), event.end())) {
      event.text(blackout.bytes(), blackout.start(), blackout.end());
    }
    Fields fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      field(fields, i);
    }
    return true;
  }

  @Override
  public DropReason reason() {
    throw new UnsupportedOperationException("redaction leaves no event out");
  }

  private void field(Fields fields, int index) {
    byte[] b = fields.valueBytes(index);
    int start = fields.valueStart(index);
    int end = fields.valueEnd(index);
    byte[] name = fields.nameBytes(index);
    int nameStart = fields.nameStart(index);
    int nameEnd = fields.nameEnd(index);
    if (fields.isJson(index)) {
      int written = values.length();
      if (json(b, start, end, name, nameStart, nameEnd)) {
        fields.replace(index, values.array(), written, values.length(), true);
      }
    } else if (isSecret(name, nameStart, nameEnd, end - start)) {
      fields.replace(index, replacement, 0, replacement.length, false);
    } else if (blackout.blacken(b, start, end)) {
      fields.replace(index, blackout.bytes(), blackout.start(), blackout.end(), false);
    }
  }

  private boolean isSecret(byte[] name, int start, int end, int length) {
    return byName && Tokens.isSecret(name, start, end, length);
  }

  /**
   * Whether there is a secret in a value of JSON; then what is left of it is appended to values.
   */
  private boolean json(byte[] b, int start, int end, byte[] name, int nameStart, int nameEnd) {
    byte[] nameBytes = name;
    int nameFrom = nameStart;
    int nameTo = nameEnd;
    int copied = start; // up to there it is in values; start for as long as there was no secret
    int at = start;
    while (at < end) {
      boolean quoted = b[at] == '"';
      if (!quoted && !isNumber(b[at])) {
        at++;
        continue;
      }
      int tokenEnd = quoted ? scanner.string(b, at, end) : numberEnd(b, at, end);
      if (tokenEnd < 0) {
        break; // no parser passes on such a value
      }
      int next = quoted ? JsonScanner.blank(b, tokenEnd, end) : end;
      boolean isName = next < end && b[next] == ':';
      int length = quoted ? tokenEnd - at - 2 : tokenEnd - at;
      if (!isName && isSecret(nameBytes, nameFrom, nameTo, length)) {
        values.put(b, copied, at);
        JsonString.write(replacement, 0, replacement.length, values);
        copied = tokenEnd;
      } else if (token(b, at, tokenEnd, quoted)) {
        values.put(b, copied, at);
        JsonString.write(blackout.bytes(), blackout.start(), blackout.end(), values);
        copied = tokenEnd;
      }
      if (isName) {
        nameBytes = b;
        nameFrom = at + 1;
        nameTo = tokenEnd - 1;
      }
      at = tokenEnd;
    }
    if (copied == start) {
      return false;
    }
    values.put(b, copied, end);
    return true;
  }

  /** Whether there is a secret in a number, or in the string that the scanner has read last. */
  private boolean token(byte[] b, int start, int end, boolean quoted) {
    if (!quoted) {
      return blackout.blacken(b, start, end);
    }
    if (!scanner.isEscaped()) {
      return blackout.blacken(b, start + 1, end - 1);
    }
    if (unescaped.length < end - start) {
      unescaped = new byte[2 * (end - start)];
    }
    int length = JsonScanner.unescape(b, start + 1, end - 1, unescaped, 0);
    return blackout.blacken(unescaped, 0, length);
  }

  private static boolean isNumber(byte b) {
    return (b >= '0' && b <= '9') || b == '-';
  }

  private static int numberEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && (isNumber(b[at]) || b[at] == '.' || b[at] == '+' || (b[at] | 0x20) == 'e')) {
      at++;
    }
    return at;
  }
}
