package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Answers how we stand: now, or when it has changed. */
final class StatusCalls {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final byte[] NOT_LEADER = "not leader".getBytes(StandardCharsets.UTF_8);

  private final Elections elections;
  private final Audience audience;
  private final Places waiters;
  private final Loop loop;
  private final StatusJson json;

  StatusCalls(Elections elections, Audience audience, Places waiters, Loop loop, StatusJson json) {
    this.elections = elections;
    this.audience = audience;
    this.waiters = waiters;
    this.loop = loop;
    this.json = json;
  }

  /** The whole state; with {@code after}, once its version is another. */
  void status(Election election, Request request, Exchange exchange) {
    if (request.query("after").isEmpty()) {
      if (request.query("wait").isPresent()) {
        throw Refusal.badRequest(
            "?wait= says how long, but not for what; add ?after= with the version that you know");
      }
      exchange.reply(json.reply(200, election.status()));
      return;
    }
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    Duration wait = request.duration("wait", WAIT, WAIT_MAX);
    if (wait.isZero() || election.glance().version() != after) {
      exchange.reply(json.reply(200, election.status()));
      return;
    }
    var poll =
        new LongPoll(
            election,
            after,
            audience,
            waiters.take(),
            () -> exchange.reply(json.reply(200, election.status())));
    exchange.onDisconnect(() -> loop.execute(poll::end));
    loop.execute(() -> poll.begin(loop, wait));
  }

  /**
   * The token, or that we do not lead: for {@code curl -f}, load balancers and whoever asks before
   * each step.
   */
  void leading(Election election, Request request, Exchange exchange) {
    Status now = election.status();
    Reply reply =
        now.leader()
            ? Reply.bytes(200, TEXT, Long.toString(now.token()).getBytes(StandardCharsets.US_ASCII))
            : Reply.bytes(503, TEXT, NOT_LEADER);
    exchange.reply(StatusJson.headers(reply, now));
  }

  /** The state of all elections, or of those that we lead. */
  void all(Request request, Exchange exchange) {
    boolean leadingOnly = request.flag("leading");
    exchange.reply(
        Reply.json(
                200,
                generator -> {
                  generator.writeStartObject();
                  generator.writeArrayFieldStart("elections");
                  for (Election election : elections.all()) {
                    if (!leadingOnly || election.glance().leader()) {
                      Status now = election.status();
                      if (!leadingOnly || now.leader()) {
                        json.write(generator, now);
                      }
                    }
                  }
                  generator.writeEndArray();
                  generator.writeEndObject();
                })
            .header("Cache-Control", "no-store"));
  }
}
