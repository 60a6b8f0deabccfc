package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An {@code httpGet} probe of a container, asked as a kubelet asks it: at the address of the pod.
 */
record Probe(String path, int port) {
  private static final int ANSWER_MILLIS_MAX = 1000;

  /** The probe of this kind, such as {@code startupProbe}; empty when the container has none. */
  static Optional<Probe> of(JsonNode container, String kind) {
    JsonNode get = container.path(kind).path("httpGet");
    return get.isMissingNode()
        ? Optional.empty()
        : Optional.of(new Probe(get.path("path").asText(), port(container, get.path("port"))));
  }

  private static int port(JsonNode container, JsonNode port) {
    if (port.isInt()) {
      return port.asInt();
    }
    for (JsonNode declared : container.path("ports")) {
      if (declared.path("name").asText().equals(port.asText())) {
        return declared.path("containerPort").asInt();
      }
    }
    throw new IllegalArgumentException(
        container.path("name").asText()
            + ": a probe of port "
            + port
            + " (expected: a number, or the name of a port that is declared)");
  }

  boolean answers(String address) {
    @Nullable HttpURLConnection connection = null;
    try {
      connection =
          (HttpURLConnection)
              URI.create("http://" + address + ":" + port + path).toURL().openConnection();
      connection.setConnectTimeout(ANSWER_MILLIS_MAX);
      connection.setReadTimeout(ANSWER_MILLIS_MAX);
      int status = connection.getResponseCode();
      return status >= 200 && status < 400;
    } catch (IOException notYet) {
      return false;
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }
}
