package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.logshipper.event.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Labels and annotations of the pod, as the downward API of Kubernetes puts them into a volume: a
 * name and a value in the quotes of Go a line (kubernetes.io, "Downward API").
 *
 * <pre>
 *   app="shop"
 *   note="a \\"quoted\\" word"
 * </pre>
 */
final class PodLabels {
  private static final String SETTING = "LOGSHIPPER_LABELS_FILES";

  private PodLabels() {}

  /**
   * Reads one file.
   *
   * @throws InvalidSettings when it cannot be read or is something else
   */
  static List<Origin.Label> read(Path file) {
    List<Origin.Label> labels = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          labels.add(label(line, file));
        }
      }
    } catch (IOException e) {
      throw new InvalidSettings(
          new Problem(
              SETTING,
              file.toString(),
              "a file that we can read; the system says: " + e,
              "mount a volume of the downward API there, or leave it out"));
    }
    return labels;
  }

  private static Origin.Label label(String line, Path file) {
    int equals = line.indexOf('=');
    String value = equals < 1 ? "" : line.substring(equals + 1);
    if (value.length() < 2 || value.charAt(0) != '"' || !value.endsWith("\"")) {
      throw new InvalidSettings(
          new Problem(
              SETTING,
              file + ": " + line,
              "lines such as app=\"shop\"",
              "name a file of the downward API (fieldRef metadata.labels or"
                  + " metadata.annotations)"));
    }
    return new Origin.Label(line.substring(0, equals), unquoted(value));
  }

  /** What Go's {@code strconv.Quote} has quoted. */
  private static String unquoted(String quoted) {
    var text = new StringBuilder();
    int end = quoted.length() - 1;
    for (int i = 1; i < end; i++) {
      char c = quoted.charAt(i);
      if (c != '\\' || i + 1 == end) {
        text.append(c);
        continue;
      }
      char escaped = quoted.charAt(++i);
      int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
      if (digits > 0 && i + digits < end) {
        text.appendCodePoint(Integer.parseInt(quoted, i + 1, i + 1 + digits, 16));
        i += digits;
      } else {
        text.append(
            switch (escaped) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> escaped;
            });
      }
    }
    return text.toString();
  }
}
