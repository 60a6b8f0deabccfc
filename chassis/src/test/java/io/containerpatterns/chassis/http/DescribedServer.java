package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A server somewhere else, such as in a container, and the file that describes it: whatever it
 * answers is held against the file.
 */
public final class DescribedServer {
  /** Every method that RFC 9110 9.3 knows and PATCH, but HEAD, which goes with GET. */
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");

  /** Where other servers of the same libraries and platforms have something. */
  private static final List<String> ELSEWHERE =
      List.of(
          "/actuator",
          "/admin",
          "/debug/pprof",
          "/env",
          "/favicon.ico",
          "/health",
          "/jolokia",
          "/prometheus",
          "/shutdown",
          "/v1",
          "/v2",
          "/..",
          "//",
          "/%2e%2e/etc/passwd");

  private final InetSocketAddress address;
  private final ApiDescription description;
  private final List<String> headers;

  /** At {@code address}; {@code headers} are sent with every request. */
  public DescribedServer(InetSocketAddress address, ApiDescription description, String... headers) {
    this.address = address;
    this.description = description;
    this.headers = List.of(headers);
  }

  /** The file. */
  public ApiDescription description() {
    return description;
  }

  /** A connection of its own. */
  public RawClient connect() throws IOException {
    return RawClient.to(address);
  }

  /**
   * Calls an operation, fails unless the answer is one that the file describes, and returns it.
   *
   * @param operation as in the file, such as {@code PUT /loggers/{name}}
   * @param path the same with names filled in, and a query
   */
  public Answer ask(String operation, String path, String body, String... more) throws IOException {
    Answer answer = call(method(operation), path, body, more);
    description.assertDescribes(operation, answer);
    return answer;
  }

  /** Fails unless the server publishes the very file at {@code /openapi.yaml}. */
  public void assertPublishesTheDescription() throws IOException {
    String published = ask("GET /openapi.yaml", "/openapi.yaml", "").body();

    assertThat(new YAMLMapper().readTree(published)).isEqualTo(description.file());
  }

  /**
   * Fails when the server does anything on a path or by a method that the file does not have: any
   * other method on every path, each path made longer, and places where other servers have
   * something.
   */
  public void assertNothingElseAnswers() throws IOException {
    var paths = new TreeSet<String>();
    description.operations().forEach(operation -> paths.add(path(operation)));
    for (String path : paths) {
      String filled = path.replaceAll("\\{\\w+}", "default");
      for (String method : METHODS) {
        if (!description.operations().contains(method + " " + path)) {
          assertRefused(method, filled, Set.of(405, 501));
        }
      }
    }
    var longer = paths.stream().map(path -> path.replaceAll("\\{\\w+}", "default") + "x/x");
    for (String path : Stream.concat(longer, ELSEWHERE.stream()).toList()) {
      for (String method : METHODS) {
        assertRefused(method, path, Set.of(400, 404, 501));
      }
    }
  }

  private void assertRefused(String method, String path, Set<Integer> statuses) throws IOException {
    Answer answer = call(method, path, "");

    assertThat(answer.status()).as("%s %s answered %s", method, path, answer).isIn(statuses);
    assertThat(answer.header("content-type"))
        .as("%s %s answered %s", method, path, answer)
        .isEqualTo("application/problem+json");
  }

  private Answer call(String method, String path, String body, String... more) throws IOException {
    String[] all = Stream.concat(headers.stream(), Arrays.stream(more)).toArray(String[]::new);
    try (RawClient client = connect()) {
      return client.ask(method, path, body, all);
    }
  }

  private static String method(String operation) {
    return operation.substring(0, operation.indexOf(' '));
  }

  private static String path(String operation) {
    return operation.substring(operation.indexOf(' ') + 1);
  }
}
