package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.JsonMembers;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The three verbs of the paper: become, renew, resign. Renewals and resignations take no place
 * among the waiters, for a crowd of idle clients must not keep a leader from either; the store's
 * answer or a time limit ends them.
 */
final class LeaderCalls {
  private static final Duration BECOME_WAIT_MAX = Duration.ofHours(1);
  private static final Duration RENEW_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RENEW_TIMEOUT_MAX = Duration.ofSeconds(60);
  private static final long COOLDOWN_MILLIS_MAX = 3_600_000;
  private static final int ID_LENGTH_MAX = 253;
  private static final String TOKEN_HEADER = "Elector-Token";

  private final Verbs verbs;
  private final Places waiters;
  private final Loop loop;
  private final StatusJson json;
  private final Handed handed;

  LeaderCalls(Verbs verbs, Places waiters, Loop loop, StatusJson json, Handed handed) {
    this.verbs = verbs;
    this.waiters = waiters;
    this.loop = loop;
    this.json = json;
    this.handed = handed;
  }

  /** Leads, or says why not. */
  void become(Election election, Request request, Exchange exchange) {
    Duration wait = request.duration("wait", Duration.ZERO, BECOME_WAIT_MAX);
    Terms terms = Terms.ofBecome(request);
    if (verbs.state() == Lifecycle.State.STARTING) {
      throw Refusals.starting();
    }
    var call = new BecomeCall(election, handed, loop, exchange, json);
    Places.Place place = waiters.take();
    if (!terms.isEmpty()) {
      election.change(terms::applied);
    }
    loop.execute(() -> call.begin(wait, place));
  }

  /** Confirms that we lead by asking the store now. */
  void renew(Election election, Request request, Exchange exchange) {
    Duration timeout = request.duration("timeout", RENEW_TIMEOUT, RENEW_TIMEOUT_MAX);
    OptionalLong token = token(request, request.members("token"));
    if (token.isEmpty()) {
      throw Refusals.tokenMissing(election.glance().election());
    }
    election
        .renew(token, timeout)
        .thenAccept(outcome -> loop.execute(() -> renewed(election, outcome.verdict(), exchange)));
  }

  private void renewed(Election election, Verdict verdict, Exchange exchange) {
    Status now = election.status();
    exchange.reply(
        verdict == Verdict.LEADING && now.leader()
            ? json.reply(200, now)
            : Refusals.ofLeader(verdict, now).reply());
  }

  /** Steps down; once this is answered, the token is never confirmed again. */
  void resign(Election election, Request request, Exchange exchange) {
    JsonMembers body = request.members("token", "cooldownMs", "to");
    OptionalLong token = token(request, body);
    Optional<Duration> cooldown =
        body.number("cooldownMs", 0, COOLDOWN_MILLIS_MAX).map(Duration::ofMillis);
    Optional<String> successor = body.text("to").map(LeaderCalls::checkedId);
    election
        .resign(token, cooldown.orElseGet(() -> usualCooldown(election)), successor.orElse(null))
        .thenAccept(outcome -> loop.execute(() -> resigned(election, outcome.verdict(), exchange)));
  }

  /** In auto mode we would be the first to stand again; one lease lets the others come first. */
  private static Duration usualCooldown(Election election) {
    Candidate us = election.candidate();
    return us.mode() == Mode.AUTO ? us.lease() : Duration.ZERO;
  }

  private static void resigned(Election election, Verdict verdict, Exchange exchange) {
    if (verdict == Verdict.STALE_TOKEN) {
      exchange.reply(Refusals.staleToken(election.glance()).reply());
      return;
    }
    boolean led = verdict == Verdict.RELEASED || verdict == Verdict.STEPPED_DOWN;
    exchange.reply(
        Reply.json(
                200,
                generator -> {
                  generator.writeStartObject();
                  generator.writeBooleanField("resigned", led);
                  if (led) {
                    generator.writeBooleanField("released", verdict == Verdict.RELEASED);
                  }
                  generator.writeEndObject();
                })
            .header("Cache-Control", "no-store"));
  }

  /** The token that the caller believes in, from header or body. */
  private static OptionalLong token(Request request, JsonMembers body) {
    Optional<Long> inBody = body.number("token", 1, Long.MAX_VALUE);
    Optional<String> header = request.header(TOKEN_HEADER);
    if (header.isEmpty()) {
      return inBody.map(OptionalLong::of).orElse(OptionalLong.empty());
    }
    long token = parsed(header.get());
    if (inBody.isPresent() && inBody.get() != token) {
      throw Refusal.badRequest(
          new Problem(
              "token",
              inBody.get().toString(),
              "the same as in the header",
              "leave one of them out"));
    }
    return OptionalLong.of(token);
  }

  private static long parsed(String header) {
    try {
      long token = Long.parseLong(header.strip());
      if (token > 0) {
        return token;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, like a number that is none of ours.
    }
    throw Refusal.badRequest(
        new Problem(
            TOKEN_HEADER, header, "a whole number from 1", "send the token as it was answered"));
  }

  private static String checkedId(String id) {
    if (id.isEmpty()
        || id.length() > ID_LENGTH_MAX
        || id.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest(
          new Problem(
              "to",
              id,
              "the id of a candidate, at most 253 characters",
              "correct it or leave it out"));
    }
    return id;
  }
}
