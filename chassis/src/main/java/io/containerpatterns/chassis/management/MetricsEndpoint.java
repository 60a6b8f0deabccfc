package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.metrics.Metrics;
import java.util.List;

/** {@code GET /metrics}: everything counted, in the format that the Accept header prefers. */
final class MetricsEndpoint {
  private static final int AT_ONCE = 4;

  private final Metrics metrics;
  private final NetworkMetrics network;
  private final Aside aside =
      new Aside(
          "metrics",
          AT_ONCE,
          () ->
              Refusal.of(503, "busy", AT_ONCE + " scrapes are under way; scrape less often")
                  .retryAfterMs(1000));

  MetricsEndpoint(Metrics metrics, NetworkMetrics network) {
    this.metrics = metrics;
    this.network = network;
  }

  List<Route> routes() {
    return List.of(Route.get("/metrics", this::scrape).forAnyHost());
  }

  private void scrape(Request request, Exchange exchange) {
    aside.run(
        exchange,
        () -> {
          network.update();
          Metrics.Exposition exposition = metrics.scrape(request.header("accept").orElse(null));
          return Reply.bytes(200, exposition.contentType(), exposition.body());
        });
  }
}
