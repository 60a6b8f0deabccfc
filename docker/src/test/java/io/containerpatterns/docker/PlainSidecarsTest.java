package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PlainSidecarsTest {
  @Test
  void aNativeSidecarBecomesAContainerAndOtherInitContainersStay() throws IOException {
    JsonNode deployment =
        json(
            """
            {"spec": {"template": {"spec": {
              "initContainers": [{"name": "a"}, {"name": "b", "restartPolicy": "Always", "image": "x"}],
              "containers": [{"name": "c"}]}}}}
            """);

    JsonNode plain = PlainSidecars.in(deployment);

    assertThat(plain)
        .isEqualTo(
            json(
                """
                {"spec": {"template": {"spec": {
                  "initContainers": [{"name": "a"}],
                  "containers": [{"name": "c"}, {"name": "b", "image": "x"}]}}}}
                """));
  }

  @Test
  void whatDescribesNoPodStays() throws IOException {
    JsonNode configMap = json("{\"kind\": \"ConfigMap\", \"data\": {\"a\": \"1\"}}");

    assertThat((JsonNode) PlainSidecars.in(configMap)).isEqualTo(configMap);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
