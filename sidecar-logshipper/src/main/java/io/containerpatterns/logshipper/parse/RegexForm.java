package io.containerpatterns.logshipper.parse;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;

/**
 * Whatever a pattern with named groups finds: {@code time}, {@code level} and {@code message} are
 * what they say, others are fields. A group that takes no part in the match is left out. RE2/J
 * takes time that is linear in the text, so no line can stop us; it makes three small objects for a
 * search.
 */
final class RegexForm implements Form {
  private final Chars chars = new Chars();
  private final Matcher matcher;
  private final Findings findings = new Findings();
  private final int[] groups;
  private final byte[][] names;
  private final Role[] roles;

  RegexForm(Pattern pattern) {
    matcher = pattern.matcher(chars);
    var named =
        pattern.namedGroups().entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry::getValue))
            .toList();
    groups = named.stream().mapToInt(Map.Entry::getValue).toArray();
    names =
        named.stream()
            .map(group -> group.getKey().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    roles = named.stream().map(group -> role(group.getKey())).toArray(Role[]::new);
  }

  private static Role role(String name) {
    return switch (name) {
      case "time" -> Role.TIME;
      case "level" -> Role.SEVERITY;
      case "message" -> Role.TEXT;
      default -> Role.FIELD;
    };
  }

  @Override
  public boolean read(Event event) {
    chars.of(event.bytes(), event.start(), event.end());
    matcher.reset();
    if (!matcher.find()) {
      return false;
    }
    findings.begin(event);
    for (int i = 0; i < groups.length; i++) {
      int from = matcher.start(groups[i]);
      if (from >= 0 && !group(event, i, chars.place(from), chars.place(matcher.end(groups[i])))) {
        event.fields().clear();
        return false;
      }
    }
    findings.tell(event);
    return true;
  }

  /** Whether there was room for it. */
  private boolean group(Event event, int index, int start, int end) {
    byte[] b = event.bytes();
    boolean taken =
        switch (roles[index]) {
          case FIELD -> false;
          case TIME -> findings.time(b, start, end);
          case SEVERITY -> findings.severity(b, start, end);
          case TEXT -> text(b, start, end);
        };
    byte[] name = names[index];
    return taken || event.fields().add(name, 0, name.length, b, start, end, false);
  }

  private boolean text(byte[] b, int start, int end) {
    findings.text(b, start, end);
    return true;
  }
}
