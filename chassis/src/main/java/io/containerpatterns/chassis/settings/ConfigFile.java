package io.containerpatterns.chassis.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings given in a file, by the environment variable that each stands for. Three ways to
 * write one name:
 *
 * <pre>
 *   health: {url: http://127.0.0.1:8080/healthz}
 *   healthUrl: http://127.0.0.1:8080/healthz
 *   HEALTH_URL: http://127.0.0.1:8080/healthz       all three: HEALTH_URL, in the environment ELECTOR_HEALTH_URL
 * </pre>
 *
 * Shared settings have no prefix anywhere: {@code management: {drainDelay: 5s}} is
 * MANAGEMENT_DRAIN_DELAY.
 */
final class ConfigFile {
  private final String name;
  private final String prefix;
  private final Map<String, Found> byName = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  ConfigFile(String name, String prefix) {
    this.name = name;
    this.prefix = prefix;
  }

  /** Takes a scalar or a joined list; called by the reader of the format. */
  void add(String key, String text, int line) {
    Found found = new Found(text.strip(), key, Origin.line(name, line));
    Found first = byName.putIfAbsent(nameOf(key), found);
    if (first != null) {
      complain(
          line,
          key,
          "each key once",
          "it already stands at " + first.origin().place() + " as " + first.key());
    }
  }

  void complain(int line, String value, String expected, String remedy) {
    problems.add(new Problem(name + ":" + line, value, expected, remedy));
  }

  List<Problem> problems() {
    return problems;
  }

  @Nullable Found find(String setting) {
    Found found = byName.get(withoutPrefix(setting));
    return found == null || found.text().isEmpty() ? null : found;
  }

  List<Problem> unknown(Set<String> declared) {
    Map<String, String> known = new LinkedHashMap<>();
    for (String setting : declared) {
      // A file cannot name the file.
      if (!setting.equals(prefix + "CONFIG")) {
        known.put(withoutPrefix(setting), setting);
      }
    }
    List<Problem> unknown = new ArrayList<>();
    for (Map.Entry<String, Found> entry : byName.entrySet()) {
      if (!known.containsKey(entry.getKey())) {
        Found found = entry.getValue();
        String nearest = NearestName.to(entry.getKey(), known.keySet());
        String remedy = nearest == null ? "remove it" : "did you mean \"" + keyOf(nearest) + "\"?";
        unknown.add(
            new Problem(
                found.origin().place(),
                found.key(),
                "a key that --help lists in capitals",
                remedy));
      }
    }
    return unknown;
  }

  private String withoutPrefix(String setting) {
    return setting.startsWith(prefix) ? setting.substring(prefix.length()) : setting;
  }

  /** {@code health.url}, {@code healthUrl} and {@code HEALTH_URL} are HEALTH_URL. */
  static String nameOf(String key) {
    StringBuilder name = new StringBuilder(key.length() + 4);
    char before = '_';
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '.' || c == '-') {
        name.append('_');
      } else {
        if (Character.isUpperCase(c)
            && (Character.isLowerCase(before) || Character.isDigit(before))) {
          name.append('_');
        }
        name.append(Character.toUpperCase(c));
      }
      before = c;
    }
    return name.toString();
  }

  private static String keyOf(String name) {
    StringBuilder key = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_' && i + 1 < name.length()) {
        i++;
        key.append(name.charAt(i));
      } else {
        key.append(Character.toLowerCase(c));
      }
    }
    return key.toString();
  }
}
