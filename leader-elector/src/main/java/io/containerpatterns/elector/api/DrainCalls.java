package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.Lifecycle.Step;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Drains and resumes the whole process, as {@code /lifecycle} on the management port does; here a
 * drain can be waited for, as a preStop hook wants it.
 */
final class DrainCalls {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Duration WAIT_MAX = Duration.ofMinutes(10);
  private static final int NAMES_SHOWN = 20;

  private final Elections elections;
  private final Audience audience;
  private final Loop loop;
  private final Verbs verbs;

  DrainCalls(Elections elections, Audience audience, Loop loop, Verbs verbs) {
    this.elections = elections;
    this.audience = audience;
    this.loop = loop;
    this.verbs = verbs;
  }

  /** Drains; 200 when nothing is held any more, 202 when the wait was over before. */
  void drain(Request request, Exchange exchange) {
    Duration wait = request.duration("wait", WAIT, WAIT_MAX);
    taken(verbs.drain("POST /v1/drain"));
    var waiting = new Waiting(exchange);
    exchange.onDisconnect(() -> loop.execute(waiting::end));
    loop.execute(() -> waiting.begin(wait));
  }

  /** Stands for election again. */
  void resume(Request request, Exchange exchange) {
    taken(verbs.resume("POST /v1/resume"));
    exchange.reply(
        Reply.bytes(200, "application/json", "{\"resumed\":true}".getBytes(StandardCharsets.UTF_8))
            .header("Cache-Control", "no-store"));
  }

  private void taken(Step step) {
    if (step instanceof Step.Refused(var status, String why)) {
      throw status.state() == State.STARTING ? Refusals.starting() : Refusals.noWay(why);
    }
  }

  /** The elections in which we still stand, lead or step down. */
  private List<String> held() {
    return elections.all().stream()
        .map(Election::glance)
        .filter(DrainCalls::isHeld)
        .map(Status::election)
        .toList();
  }

  private static boolean isHeld(Status now) {
    return switch (now.state()) {
      case LEADING, STEPPING_DOWN, FOLLOWING -> true;
      case IDLE, UNKNOWN -> false;
    };
  }

  /** One client that waits for the end of a drain. API loop only. */
  private final class Waiting implements Audience.Member {
    private final Exchange exchange;
    private final Set<String> waitingFor = new HashSet<>();
    private Loop.Timer timer = () -> {};
    private boolean ended;

    Waiting(Exchange exchange) {
      this.exchange = exchange;
    }

    void begin(Duration wait) {
      if (!ended) {
        audience.join(null, this);
        timer = loop.schedule(wait, this::answer);
        look();
      }
    }

    @Override
    public void heard(Event event, Status then) {
      // Looking at all of them is dear where there are many, so only when the last one has come to
      // rest.
      if (!isHeld(then) && waitingFor.remove(then.election()) && waitingFor.isEmpty()) {
        look();
      }
    }

    @Override
    public void dismissed() {
      answer();
    }

    private void look() {
      waitingFor.addAll(held());
      if (waitingFor.isEmpty()) {
        answer();
      }
    }

    private void answer() {
      if (ended) {
        return;
      }
      end();
      List<String> held = held();
      exchange.reply(
          Reply.json(
                  held.isEmpty() ? 200 : 202,
                  json -> {
                    json.writeStartObject();
                    json.writeBooleanField("drained", held.isEmpty());
                    if (!held.isEmpty()) {
                      json.writeNumberField("waitingFor", held.size());
                      json.writeArrayFieldStart("elections");
                      for (String name : held.subList(0, Math.min(NAMES_SHOWN, held.size()))) {
                        json.writeString(name);
                      }
                      json.writeEndArray();
                    }
                    json.writeEndObject();
                  })
              .header("Cache-Control", "no-store"));
    }

    void end() {
      ended = true;
      timer.cancel();
      audience.leave(null, this);
    }
  }
}
