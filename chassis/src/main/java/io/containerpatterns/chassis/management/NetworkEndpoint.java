package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Guard;
import io.containerpatterns.chassis.http.Heartbeat;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Traffic;
import java.io.IOException;
import java.util.List;

/**
 * {@code GET /network}: what went through each listener and to each upstream, and how far the event
 * loops lag.
 */
final class NetworkEndpoint {
  private final Network network;
  private final Guard inside;

  NetworkEndpoint(Network network, Access access) {
    this.network = network;
    this.inside = access.inside();
  }

  List<Route> routes() {
    return List.of(Route.get("/network", this::show).behind(inside));
  }

  private void show(Request request, Exchange exchange) {
    exchange.reply(Reply.json(200, this::write));
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    write(json, "listeners", network.listeners());
    write(json, "upstreams", network.upstreams());
    json.writeArrayFieldStart("loops");
    for (Heartbeat loop : network.loops()) {
      json.writeStartObject();
      json.writeStringField("name", loop.name());
      json.writeNumberField("lagMillis", loop.lag().toMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String side, List<Traffic.Snapshot> all)
      throws IOException {
    json.writeArrayFieldStart(side);
    for (Traffic.Snapshot one : all) {
      json.writeStartObject();
      json.writeStringField("name", one.name());
      json.writeNumberField("open", one.open());
      json.writeNumberField("accepted", one.accepted());
      json.writeNumberField("messagesIn", one.messagesIn());
      json.writeNumberField("messagesOut", one.messagesOut());
      json.writeNumberField("bytesIn", one.bytesIn());
      json.writeNumberField("bytesOut", one.bytesOut());
      json.writeNumberField("errors", one.errors());
      json.writeNumberField("drops", one.drops());
      Traffic.Latency latency = one.latency();
      json.writeObjectFieldStart("latencyMicros");
      json.writeNumberField("count", latency.count());
      json.writeNumberField("p50", latency.p50Micros());
      json.writeNumberField("p90", latency.p90Micros());
      json.writeNumberField("p99", latency.p99Micros());
      json.writeNumberField("p999", latency.p999Micros());
      json.writeNumberField("max", latency.maxMicros());
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
