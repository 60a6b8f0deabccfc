import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The tables of README.md: one row for all rounds of the same run, its median and, of CPU, the
 * range.
 */
final class Table {
  private Table() {}

  static String of(List<Trial.Result> results) {
    var text = new StringBuilder();
    drain(text, rows(results, "drain"));
    steady(text, rows(results, "steady"));
    killed(text, rows(results, "killed"));
    return text.toString();
  }

  private static List<List<Trial.Result>> rows(List<Trial.Result> results, String kind) {
    Map<String, List<Trial.Result>> rows = new LinkedHashMap<>();
    for (var result : results) {
      if (result.kind().equals(kind)) {
        rows.computeIfAbsent(result.key(), key -> new ArrayList<>()).add(result);
      }
    }
    return List.copyOf(rows.values());
  }

  private static void drain(StringBuilder text, List<List<Trial.Result>> rows) {
    header(
        text,
        rows,
        "drain | to | lines, files | CPU s/GB | MB/s a core | its second half | MB/s | MiB process"
            + " | MiB cgroup | receiver CPU s/GB");
    for (var row : rows) {
      start(text, row);
      cell(text, row, perGigabyte(Trial.Result::cpu), true, "%.2f");
      cell(text, row, r -> r.bytes() / 1e6 / r.cpu(), false, "%.0f");
      cell(text, row, r -> r.bytes() / 2e6 / r.cpuSecondHalf(), false, "%.0f");
      cell(text, row, r -> r.bytes() / 1e6 / r.seconds(), false, "%.0f");
      cell(text, row, Trial.Result::peak, false, "%.0f");
      cell(text, row, Trial.Result::groupPeak, false, "%.0f");
      cell(text, row, perGigabyte(Trial.Result::receiverCpu), false, "%.2f");
      end(text, row);
    }
  }

  private static void steady(StringBuilder text, List<List<Trial.Result>> rows) {
    header(
        text,
        rows,
        "steady | to | lines, files | CPU s/GB | p50 ms | p99 ms | most ms | lost | twice"
            + " | MiB process | MiB cgroup");
    for (var row : rows) {
      start(text, row);
      cell(text, row, perGigabyte(Trial.Result::cpu), true, "%.2f");
      cell(text, row, Trial.Result::p50, false, "%.0f");
      cell(text, row, Trial.Result::p99, true, "%.0f");
      cell(text, row, Trial.Result::max, false, "%.0f");
      cell(text, row, Trial.Result::lost, false, "%.0f");
      cell(text, row, Trial.Result::twice, false, "%.0f");
      cell(text, row, Trial.Result::peak, false, "%.0f");
      cell(text, row, Trial.Result::groupPeak, false, "%.0f");
      end(text, row);
    }
  }

  private static void killed(StringBuilder text, List<List<Trial.Result>> rows) {
    header(text, rows, "killed at half | to | lines, files | lost | twice");
    for (var row : rows) {
      start(text, row);
      cell(text, row, Trial.Result::lost, true, "%.0f");
      cell(text, row, Trial.Result::twice, true, "%.0f");
      end(text, row);
    }
  }

  private static ToDoubleFunction<Trial.Result> perGigabyte(ToDoubleFunction<Trial.Result> value) {
    return result -> value.applyAsDouble(result) / (result.bytes() / 1e9);
  }

  private static void header(StringBuilder text, List<List<Trial.Result>> rows, String columns) {
    if (rows.isEmpty()) {
      return;
    }
    text.append("\n| ").append(columns).append(" |\n|");
    text.append("---|".repeat(columns.split("\\|").length)).append('\n');
  }

  private static void start(StringBuilder text, List<Trial.Result> row) {
    var first = row.getFirst();
    text.append(
        "| %s | %s | %s, %d |"
            .formatted(
                first.candidate().title(), first.candidate().to(), first.lines(), first.files()));
  }

  private static void cell(
      StringBuilder text,
      List<Trial.Result> row,
      ToDoubleFunction<Trial.Result> value,
      boolean range,
      String format) {
    double[] values = row.stream().mapToDouble(value).filter(Double::isFinite).sorted().toArray();
    if (values.length == 0) {
      text.append(" – |");
      return;
    }
    text.append(' ').append(String.format(Locale.ROOT, format, values[values.length / 2]));
    if (range && values.length > 1) {
      text.append(
          String.format(
              Locale.ROOT,
              " (" + format + " to " + format + ")",
              values[0],
              values[values.length - 1]));
    }
    text.append(" |");
  }

  /** A run that did not come to its end says why in the last column. */
  private static void end(StringBuilder text, List<Trial.Result> row) {
    row.stream()
        .map(Trial.Result::problem)
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .ifPresent(problem ->
            text.append(' ')
                .append(problem.replace('|', '/').replaceFirst("(.{110}).*", "$1 ..."))
                .append(" |"));
    text.append('\n');
  }
}
