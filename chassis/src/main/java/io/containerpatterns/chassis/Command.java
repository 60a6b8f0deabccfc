package io.containerpatterns.chassis;

import io.containerpatterns.chassis.settings.Durations;
import java.time.Duration;

/** What the command line asks for: to serve, or an answer. */
sealed interface Command {
  /** The list that answers a wrong command line and that {@code --help} begins with. */
  String LIST =
      """
        (no argument)           serve
        check                   read the settings, report every problem, exit 0 or 78
        wait [--timeout 30s]    wait until the process on this management port is ready
        --help                  this text
        --version               what was built
        --describe-settings     the settings as a Markdown table
        --describe-metrics      the metrics as a Markdown table
      """;

  /** Do the work of the image. */
  record Serve() implements Command {}

  /**
   * Everything but to serve. Kept apart because only serving is in a hurry: the first switch over
   * patterns costs a process some 50 ms of CPU, which no AOT cache of JDK 25 saves.
   */
  sealed interface Question extends Command {}

  /** Only read the settings. */
  record Check() implements Question {}

  /** Wait for another process to be ready. */
  record Wait(Duration timeout) implements Question {}

  /** Tell how to use the image. */
  record Help() implements Question {}

  /** Tell what was built. */
  record ShowVersion() implements Question {}

  /** Tell the settings as a table. */
  record DescribeSettings() implements Question {}

  /** Tell the metrics as a table. */
  record DescribeMetrics() implements Question {}

  /** Not understood, for this reason. */
  record Wrong(String why) implements Question {}

  /** Understands the arguments of {@code main}. */
  static Command parse(String[] args) {
    if (args.length == 0) {
      return new Serve();
    }
    if (args[0].equals("wait")) {
      return parseWait(args);
    }
    if (args.length > 1) {
      return new Wrong(
          "unexpected argument: \"" + args[1] + "\" (expected: nothing after " + args[0] + ")");
    }
    return switch (args[0]) {
      case "check" -> new Check();
      case "--help" -> new Help();
      case "--version" -> new ShowVersion();
      case "--describe-settings" -> new DescribeSettings();
      case "--describe-metrics" -> new DescribeMetrics();
      default ->
          new Wrong("unknown command: \"" + args[0] + "\" (expected: one of the list below)");
    };
  }

  private static Command parseWait(String[] args) {
    if (args.length == 1) {
      return new Wait(Duration.ofSeconds(30));
    }
    String given;
    if (args.length == 2 && args[1].startsWith("--timeout=")) {
      given = args[1].substring("--timeout=".length());
    } else if (args.length == 3 && args[1].equals("--timeout")) {
      given = args[2];
    } else {
      return new Wrong(
          "unexpected argument: \"" + args[1] + "\" (expected: wait, or wait --timeout 30s)");
    }
    try {
      return new Wait(Durations.parse(given));
    } catch (IllegalArgumentException e) {
      return new Wrong("--timeout: \"" + given + "\" (expected: " + e.getMessage() + ")");
    }
  }
}
