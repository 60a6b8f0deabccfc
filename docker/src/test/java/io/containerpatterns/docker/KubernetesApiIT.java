package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Kubernetes API that other tests rely on: what it finds in manifests, and that it comes back.
 */
@Tag("kubernetes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesApiIT {
  private static final String CONFIG_MAP =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: example}, data: {a: '1'}}";

  private Optional<KubernetesApi> started = Optional.empty();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    started = Optional.of(KubernetesApi.start(folder));
  }

  @AfterAll
  void end() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @Test
  void whatIsStoredAsItWasSentIsNoProblem() throws Exception {
    assertThat(api().problems(List.of(yaml(CONFIG_MAP)))).isEmpty();
  }

  @Test
  void aFieldThatTheServerDoesNotKnowIsAProblem() throws Exception {
    JsonNode misspelt = yaml(CONFIG_MAP.replace(" data:", " datas:"));

    assertThat(api().problems(List.of(misspelt)))
        .singleElement()
        .asString()
        .startsWith("ConfigMap example: ")
        .contains("datas");
  }

  @Test
  void whatTheServerRefusesIsAProblem() throws Exception {
    assertThat(api().problems(List.of(yaml(CONFIG_MAP.replace("name: example", "name: A_B")))))
        .singleElement()
        .asString()
        .startsWith("ConfigMap A_B: 422 ");
  }

  @Test
  void aKindThatTheServerDoesNotHaveIsAProblem() throws Exception {
    assertThat(api().problems(List.of(yaml(CONFIG_MAP.replace("v1", "apps/v1")))))
        .containsExactly("ConfigMap example: the server does not know this kind in apps/v1");
  }

  @Test
  void whatWasStoredIsThereAfterTheServerWasKilledAndStartedAgain() throws Exception {
    String home = "/api/v1/namespaces/" + api().newNamespace() + "/configmaps";
    assertThat(api().call("POST", home, yaml(CONFIG_MAP)).status()).isEqualTo(201);

    api().stop();

    assertThatThrownBy(() -> api().call("GET", home, null))
        .isInstanceOf(UncheckedIOException.class);
    api().startAgain();
    assertThat(api().call("GET", home + "/example", null).body().at("/data/a").asText())
        .isEqualTo("1");
  }

  @Test
  void aServerThatWasPausedAnswersWhenItGoesOn() throws Exception {
    api().pause();
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(this::statusOfVersion);
    assertThat(status)
        .failsWithin(Duration.ofMillis(300))
        .withThrowableOfType(TimeoutException.class);

    api().resume();

    assertThat(status).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(200);
  }

  private int statusOfVersion() {
    try {
      return api().call("GET", "/version", null).status();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private KubernetesApi api() {
    return started.orElseThrow();
  }

  private static JsonNode yaml(String text) throws IOException {
    return new YAMLMapper().readTree(text);
  }
}
