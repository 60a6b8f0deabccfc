package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What images can see of the chassis; a type gets into this list because an image needs it, not by
 * accident.
 */
final class ExportedTypesTest {
  private static final String HOME = "io.containerpatterns.chassis";

  @Test
  void theLifeOfAProcess() throws IOException {
    assertThat(exported(""))
        .containsExactly(
            "Backoff",
            "Chassis",
            "Check",
            "Checkpoints",
            "Configuration",
            "Container",
            "Deadline",
            "ExitCode",
            "Health",
            "HostName",
            "Image",
            "Lifecycle",
            "Load",
            "Managed",
            "Probes",
            "Service",
            "Ticker",
            "UpstreamMissing",
            "Version");
  }

  @Test
  void settings() throws IOException {
    assertThat(exported(".settings"))
        .containsExactly(
            "DataSize",
            "Declaration",
            "Durations",
            "HostPort",
            "InvalidSettings",
            "ManagementConfig",
            "NameRange",
            "Origin",
            "Parser",
            "Problem",
            "ProcessConfig",
            "Secret",
            "Setting",
            "SettingValue",
            "Settings",
            "SettingsHelp",
            "WritableFolder");
  }

  @Test
  void logs() throws IOException {
    assertThat(exported(".log"))
        .containsExactly(
            "Level", "Log", "LogEvent", "LogOutput", "LogRing", "Loggers", "Repeats", "SystemLogs");
  }

  @Test
  void metrics() throws IOException {
    assertThat(exported(".metrics"))
        .containsExactly("Family", "Flow", "Level", "Metrics", "MetricsHelp");
  }

  @Test
  void ofTheManagementPortTheDoorAndWhatItCounts() throws IOException {
    assertThat(exported(".management")).containsExactly("ManagementServer", "NetworkMetrics");
  }

  @Test
  void httpAsItIsServedAndCalled() throws IOException {
    assertThat(exported(".http"))
        .containsExactly(
            "AnswerLines",
            "AnswerReceiver",
            "EventLoops",
            "Exchange",
            "Guard",
            "Heartbeat",
            "Hosts",
            "HttpClient",
            "HttpHandler",
            "HttpLimits",
            "HttpServer",
            "HttpStream",
            "Json",
            "JsonMembers",
            "Network",
            "PoolLimits",
            "Refusal",
            "Reply",
            "Request",
            "Route",
            "Routes",
            "Traffic");
  }

  @Test
  void tls() throws IOException {
    assertThat(exported(".tls")).containsExactly("ClientTls", "TlsFiles");
  }

  private static List<String> exported(String subPackage) throws IOException {
    String name = HOME + subPackage;
    Path folder = Path.of("target/classes").resolve(name.replace('.', '/'));
    return ImageContract.publicTypes(folder, name).stream()
        .map(type -> type.substring(name.length() + 1))
        .toList();
  }
}
