package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.http.AnswerReceiver;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Calls to the API server in our name. One that is refused with 401 is made once more when the file
 * holds another token by then; that is safe for a write, because 401 comes before anything is done.
 */
final class ApiCalls {
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int GONE = 410;
  static final int TOO_MANY_REQUESTS = 429;

  static final String JSON = "application/json";
  static final String MERGE_PATCH = "application/merge-patch+json";

  /** An object may be 1.5 MiB in etcd, with what others wrote into it. */
  static final int OBJECT_BYTES_MAX = 2 * 1024 * 1024;

  static final byte[] NOTHING = {};

  private final HttpClient client;
  private final Cluster cluster;
  private final String upstream;
  private final Duration within;

  /**
   * Calls with a client that nobody else uses.
   *
   * @param upstream the name in the statistics
   * @param within how long an answer may take
   */
  ApiCalls(HttpClient client, Cluster cluster, String upstream, Duration within) {
    this.client = client;
    this.cluster = cluster;
    this.upstream = upstream;
    this.within = within;
  }

  /** Makes a call, whatever it is answered with. */
  CompletableFuture<Answer> send(String method, String path, String type, byte[] body) {
    String token = cluster.token().current();
    return client
        .send(call(method, path, type, body, token))
        .thenCompose(answer ->
            answer.status() == UNAUTHORIZED
                ? again(method, path, type, body, token, answer)
                : CompletableFuture.completedFuture(answer));
  }

  private CompletableFuture<Answer> again(
      String method, String path, String type, byte[] body, String refused, Answer refusal) {
    return cluster
        .token()
        .reread()
        .thenCompose(token ->
            token.equals(refused)
                ? CompletableFuture.completedFuture(refusal)
                : client.send(call(method, path, type, body, token)));
  }

  /** Makes a call whose answer is handed on as it comes. */
  CompletableFuture<Void> stream(String path, Duration idle, AnswerReceiver receiver) {
    return client.stream(
        call("GET", path, JSON, NOTHING, cluster.token().current()), idle, receiver);
  }

  /** The server refused our token: the next call should have another one. */
  void refused() {
    var unused = cluster.token().reread();
  }

  private Call call(String method, String path, String type, byte[] body, String token) {
    Call call =
        new Call(
            upstream,
            method,
            cluster.server().resolve(path),
            Map.of(),
            body,
            body.length,
            within,
            OBJECT_BYTES_MAX);
    // A user agent that is none of a browser or curl: those are answered with indented JSON.
    call = call.header("Accept", JSON).header("User-Agent", "containerpatterns-elector");
    return (body.length == 0 ? call : call.header("Content-Type", type))
        .header("Authorization", "Bearer " + token);
  }
}
