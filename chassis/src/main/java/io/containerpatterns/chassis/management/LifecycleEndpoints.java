package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.Lifecycle.Status;
import io.containerpatterns.chassis.Lifecycle.Step;
import io.containerpatterns.chassis.Load;
import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.JsonMembers;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /lifecycle} and the verbs that a supervisor gives: {@code POST /lifecycle/drain}
 * (202), {@code resume} (200), {@code stop} (202), {@code PUT /lifecycle/priority} (200). A step
 * that the present state does not allow is told 409; asking twice is the same as asking once.
 */
final class LifecycleEndpoints {
  private static final Log log = Log.of(LifecycleEndpoints.class);
  private static final long SECONDS_MAX = 86_400;

  private final Managed managed;
  private final Lifecycle lifecycle;
  private final Access access;

  LifecycleEndpoints(Managed managed, Access access) {
    this.managed = managed;
    this.lifecycle = managed.lifecycle();
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/lifecycle", (request, exchange) -> exchange.reply(show(200, lifecycle.status()))),
        Route.post("/lifecycle/drain", this::drain).behind(access.change()),
        Route.post("/lifecycle/resume", this::resume).behind(access.change()),
        Route.post("/lifecycle/stop", this::stop).behind(access.change()),
        Route.put("/lifecycle/priority", this::priority).behind(access.change()));
  }

  private void drain(Request request, Exchange exchange) {
    Optional<Long> seconds =
        request.members("timeoutSeconds").number("timeoutSeconds", 0, SECONDS_MAX);
    String reason = reason("drain", request);
    Step step =
        seconds.isPresent()
            ? lifecycle.drain(reason, Duration.ofSeconds(seconds.get()))
            : lifecycle.drain(reason);
    exchange.reply(answer(202, step));
  }

  private void resume(Request request, Exchange exchange) {
    request.members();
    exchange.reply(answer(200, lifecycle.resume(reason("resume", request))));
  }

  private void stop(Request request, Exchange exchange) {
    JsonMembers members = request.members("graceSeconds", "checkpoint");
    boolean checkpoint = members.bool("checkpoint").orElse(false);
    if (checkpoint && !managed.checkpoints().supported()) {
      throw CheckpointEndpoints.unsupported(managed);
    }
    Duration grace =
        members
            .number("graceSeconds", 0, SECONDS_MAX)
            .map(Duration::ofSeconds)
            .orElseGet(() -> managed.configuration().process().terminationGrace());
    exchange.reply(answer(202, lifecycle.stop(reason("stop", request), grace, checkpoint)));
  }

  private void priority(Request request, Exchange exchange) {
    JsonMembers members = request.members("priority", "reason");
    long priority =
        members
            .number("priority", 0, 100)
            .orElseThrow(() ->
                Refusal.badRequest("priority is missing (expected: a whole number from 0 to 100)"));
    String reason = members.text("reason").orElseGet(() -> reason("priority", request));
    exchange.reply(answer(200, lifecycle.priority((int) priority, reason)));
  }

  private Reply answer(int status, Step step) {
    return switch (step) {
      case Step.Taken(Status now) -> show(status, now);
      case Step.Refused(Status now, String why) ->
          Refusal.of(409, "not_now", why).with("state", now.state().name()).reply();
    };
  }

  private Reply show(int httpStatus, Status status) {
    Load load = managed.load().get();
    return Reply.json(httpStatus, json -> write(json, status, load));
  }

  private static void write(JsonGenerator json, Status status, Load load) throws IOException {
    json.writeStartObject();
    json.writeStringField("state", status.state().name());
    json.writeStringField("since", status.since().toString());
    json.writeStringField("reason", status.reason());
    json.writeBooleanField("stopping", status.stopping());
    json.writeNumberField("priority", status.priority());
    json.writeNumberField("inFlight", load.inFlight());
    json.writeNumberField("queued", load.queued());
    json.writeStringField("waitingFor", load.waitingFor());
    if (status.deadline().isPresent()) {
      json.writeStringField("deadline", status.deadline().get().toString());
    }
    json.writeEndObject();
  }

  private static String reason(String verb, Request request) {
    String reason = verb + " by " + request.peer().getAddress().getHostAddress();
    log.info(
        "lifecycle step asked for",
        "step",
        verb,
        "peer",
        request.peer().getAddress().getHostAddress());
    return reason;
  }
}
