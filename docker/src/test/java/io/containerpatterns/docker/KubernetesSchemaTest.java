package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesSchemaTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: example }
      spec:
        selector: { matchLabels: { app: example } }
        template:
          metadata: { labels: { app: example } }
          spec:
            initContainers:
              - name: sidecar
                image: example
                restartPolicy: Always
                startupProbe: { httpGet: { path: /startupz, port: management } }
                resources: { limits: { memory: 64Mi } }
                securityContext: { capabilities: { drop: [ALL] } }
            volumes:
              - { name: some, configMap: { name: some } }
      """;

  @Test
  void aNativeSidecarIsKnown() throws IOException {
    assertThat(problems(DEPLOYMENT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "restartPolicy, restartpolicy",
    "startupProbe, startProbe",
    "path, pfad",
    "drop, drops",
    "matchLabels, matchLabel",
    "limits, limit"
  })
  void aMisspeltFieldIsFoundWhereverItStands(String name, String misspelt) throws IOException {
    String manifest = DEPLOYMENT.replace(name + ":", misspelt + ":");

    assertThat(problems(manifest)).singleElement().asString().contains("\"" + misspelt + "\"");
  }

  @Test
  void aListWhereATextBelongsIsFound() throws IOException {
    assertThat(problems(DEPLOYMENT.replace("image: example", "image: [example]")))
        .singleElement()
        .asString()
        .startsWith("apps/v1 Deployment example: ");
  }

  @Test
  void aKindThatIsInAnotherGroupIsFound() throws IOException {
    assertThat(problems(DEPLOYMENT.replace("apps/v1", "v1")))
        .singleElement()
        .asString()
        .startsWith("\"v1 Deployment\" (expected: one of [apps/v1 DaemonSet, apps/v1 Deployment,");
  }

  private static List<String> problems(String manifest) throws IOException {
    JsonNode object = new YAMLMapper().readTree(manifest);
    return KubernetesSchema.problems(List.of(object));
  }
}
