package io.containerpatterns.chassis.settings;

import io.containerpatterns.chassis.log.Level;
import java.time.Duration;

/**
 * The settings that every image shares; their names carry no prefix.
 *
 * @param management the management port
 * @param logLevel what is logged; reloadable
 * @param logJson whether a log line is a JSON object
 * @param terminationGrace how long the outside waits between SIGTERM and SIGKILL; reloadable
 */
public record ProcessConfig(
    ManagementConfig management, Level logLevel, boolean logJson, Duration terminationGrace) {

  /** Reads them; {@code managementPort} is the image's own default. */
  public static ProcessConfig read(Settings settings, int managementPort) {
    Settings s = settings.shared();
    return new ProcessConfig(
        ManagementConfig.read(s, managementPort),
        s.choice("LOG_LEVEL", Level.class)
            .meaning("the least level logged")
            .reloadable()
            .orElse(Level.INFO.word()),
        s.text("LOG_FORMAT")
            .meaning("form of a log line")
            .oneOf("text", "json")
            .orElse("text")
            .equals("json"),
        Duration.ofSeconds(
            s.number("TERMINATION_GRACE_SECONDS", 3, 86_400)
                .meaning(
                    "seconds between SIGTERM and SIGKILL, as told to the orchestrator; work ends 2"
                        + " s before")
                .reloadable()
                .orElse("30")));
  }
}
