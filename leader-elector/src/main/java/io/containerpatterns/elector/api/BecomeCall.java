package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.elector.api.Places.Place;
import io.containerpatterns.elector.election.Becoming;
import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Outcome;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One client that wants to lead. API loop only.
 *
 * <pre>
 *   begin --> waiting --- won, or the wait is over ---> answered
 *                |                                         |
 *                |  client went away                       |  client went away before it could read the answer
 *                v                                         v
 *            withdrawn ------------ won nevertheless ---> resign: a term of which nobody knows helps nobody
 * </pre>
 *
 * In auto mode the elector leads for itself, so nothing is resigned; nor is a term that another
 * client was told of.
 */
final class BecomeCall {
  private final Election election;
  private final Handed handed;
  private final Loop loop;
  private final Exchange exchange;
  private final StatusJson json;
  private @Nullable Becoming becoming;
  private long tokenBefore;
  private long tokenGiven;
  private boolean gone;

  BecomeCall(Election election, Handed handed, Loop loop, Exchange exchange, StatusJson json) {
    this.election = election;
    this.handed = handed;
    this.loop = loop;
    this.exchange = exchange;
    this.json = json;
  }

  void begin(Duration wait, Place place) {
    tokenBefore = election.glance().token();
    Becoming call = election.become(wait);
    becoming = call;
    exchange.onDisconnect(() ->
        loop.execute(() -> {
          // A withdrawn call is never answered.
          place.leave();
          abandoned();
        }));
    call.answer()
        .thenAccept(outcome ->
            loop.execute(() -> {
              place.leave();
              answered(outcome);
            }));
  }

  private void answered(Outcome outcome) {
    Status then = outcome.status();
    if (gone) {
      if (outcome.verdict() == Verdict.LEADING) {
        giveUp(then.election(), then.token());
      }
      return;
    }
    Status now = election.status();
    if (outcome.verdict() == Verdict.LEADING && now.leader()) {
      tokenGiven = now.token();
      handed.give(now.election(), tokenGiven);
      exchange.reply(json.reply(200, now));
    } else {
      exchange.reply(Refusals.ofBecome(outcome.verdict(), now).reply());
    }
  }

  private void abandoned() {
    gone = true;
    if (tokenGiven != 0) {
      String name = election.glance().election();
      handed.takeBack(name, tokenGiven);
      giveUp(name, tokenGiven);
    } else if (becoming != null) {
      becoming.withdrawal().run();
    }
  }

  private void giveUp(String name, long token) {
    // In a turn of its own: the same victory may be about to be told to another client.
    loop.execute(() -> {
      boolean ours = token != tokenBefore && !handed.isHeld(name, token);
      if (ours && election.candidate().mode() == Mode.MANUAL) {
        var _ = election.resign(OptionalLong.of(token), Duration.ZERO, null);
      }
    });
  }
}
