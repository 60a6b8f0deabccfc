package io.containerpatterns.chassis.metrics;

/** The metrics of an image, told for its README. */
public final class MetricsHelp {
  private MetricsHelp() {}

  /** The table of the README, in the order of the declarations. */
  public static String markdown(Metrics metrics) {
    StringBuilder table =
        new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for (Metrics.Described metric : metrics.described()) {
      table.append("| `").append(metric.name()).append("` | ").append(metric.type()).append(" | ");
      String between = "";
      for (String label : metric.labels()) {
        table.append(between).append('`').append(label).append('`');
        between = ", ";
      }
      table.append(" | ").append(metric.description().replace("|", "\\|")).append(" |\n");
    }
    return table.toString();
  }
}
