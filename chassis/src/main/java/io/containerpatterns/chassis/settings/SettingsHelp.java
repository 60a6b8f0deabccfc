package io.containerpatterns.chassis.settings;

import java.util.List;

/** The declarations of an image, told: for a terminal and for its README. */
public final class SettingsHelp {
  private SettingsHelp() {}

  /** A block per setting, as {@code --help} prints it. */
  public static String text(List<Declaration> declarations) {
    StringBuilder text = new StringBuilder();
    for (Declaration d : declarations) {
      text.append("  ").append(d.name());
      String standard = d.standard();
      if (standard != null) {
        text.append('=').append(standard);
      } else {
        text.append(d.required() ? "  required, such as " : "  optional, such as ")
            .append(d.example());
      }
      text.append("\n      ").append(d.meaning()).append(" (").append(expected(d)).append(")\n");
    }
    return text.toString();
  }

  /** The table of the README. */
  public static String markdown(List<Declaration> declarations) {
    StringBuilder table = new StringBuilder("| setting | default | meaning |\n|---|---|---|\n");
    for (Declaration d : declarations) {
      String standard = d.standard();
      table.append("| `").append(d.name()).append("` | ");
      if (standard != null) {
        table.append('`').append(cell(standard)).append('`');
      } else {
        table.append(d.required() ? "**required**, such as `" : "none; such as `");
        table.append(cell(String.valueOf(d.example()))).append('`');
      }
      table
          .append(" | ")
          .append(cell(d.meaning()))
          .append(" (")
          .append(cell(expected(d)))
          .append(") |\n");
    }
    return table.toString();
  }

  private static String expected(Declaration d) {
    return d.reloadable() ? d.expected() + "; reloadable" : d.expected();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
