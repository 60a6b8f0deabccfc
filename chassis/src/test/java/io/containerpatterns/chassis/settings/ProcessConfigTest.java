package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.log.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessConfigTest {
  @Test
  void theDefaultsAreSafeForProduction() {
    ProcessConfig config = SettingsTest.read(Map.of(), s -> ProcessConfig.read(s, 9_474));

    assertThat(config)
        .isEqualTo(
            new ProcessConfig(
                new ManagementConfig(
                    new HostPort("", 9_474),
                    Optional.empty(),
                    List.of(),
                    true,
                    Path.of(System.getProperty("java.io.tmpdir")),
                    Optional.empty(),
                    false,
                    Duration.ZERO),
                Level.INFO,
                false,
                Duration.ofSeconds(30)));
  }

  @Test
  void everySettingIsTaken(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "honey");
    Map<String, String> environment = new HashMap<>();
    environment.put("MANAGEMENT_LISTEN", "127.0.0.1:1");
    environment.put("MANAGEMENT_TOKEN_FILE", token.toString());
    environment.put("MANAGEMENT_HOSTS", "a.example,b.example");
    environment.put("MANAGEMENT_WRITES", "off");
    environment.put("MANAGEMENT_PROFILE_DIR", "/profiles");
    environment.put("MANAGEMENT_DOWNWARD_DIR", "/etc/podinfo");
    environment.put("MANAGEMENT_HEAP_DUMP", "on");
    environment.put("MANAGEMENT_DRAIN_DELAY", "5s");
    environment.put("LOG_LEVEL", "debug");
    environment.put("LOG_FORMAT", "json");
    environment.put("TERMINATION_GRACE_SECONDS", "60");

    ProcessConfig config = SettingsTest.read(environment, s -> ProcessConfig.read(s, 9_474));

    assertThat(config)
        .isEqualTo(
            new ProcessConfig(
                new ManagementConfig(
                    new HostPort("127.0.0.1", 1),
                    Optional.of(new Secret("honey")),
                    List.of("a.example", "b.example"),
                    false,
                    Path.of("/profiles"),
                    Optional.of(Path.of("/etc/podinfo")),
                    true,
                    Duration.ofSeconds(5)),
                Level.DEBUG,
                true,
                Duration.ofSeconds(60)));
  }
}
