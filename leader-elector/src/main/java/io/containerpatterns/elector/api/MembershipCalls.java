package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.elector.election.CannotJoin;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Loop;

/** Joins and leaves elections at run time, where the settings allow it. */
final class MembershipCalls {
  private final Elections elections;
  private final Audience audience;
  private final Loop loop;
  private final StatusJson json;
  private final Handed handed;
  private final boolean dynamic;

  /**
   * @param dynamic whether the settings allow it
   */
  MembershipCalls(
      Elections elections,
      Audience audience,
      Loop loop,
      StatusJson json,
      Handed handed,
      boolean dynamic) {
    this.elections = elections;
    this.audience = audience;
    this.loop = loop;
    this.json = json;
    this.handed = handed;
    this.dynamic = dynamic;
  }

  /** Joins, 201; or takes over other terms, 200. */
  void join(Request request, Exchange exchange) {
    String name = allowed(request);
    if (Elections.isReserved(name)) {
      throw Refusal.badRequest(
          new Problem(
              "election",
              name,
              "not to begin with " + Elections.RESERVED + ", which electors keep for themselves",
              "choose another name"));
    }
    if (!Elections.isName(name)) {
      throw Refusal.badRequest(
          new Problem(
              "election",
              name,
              "1 to 63 of a-z, 0-9, dot, underscore and dash, the first a letter or digit",
              "choose such a name"));
    }
    Terms terms = Terms.ofElection(request);
    Election known = elections.find(name);
    if (known != null) {
      known.change(terms::applied);
      // Behind the change, so that the answer shows it.
      known.afterwards(() -> loop.execute(() -> exchange.reply(json.reply(200, known.status()))));
      return;
    }
    try {
      Election joined = elections.join(name, terms.applied(elections.usualTerms()));
      exchange.reply(json.reply(201, joined.status()));
    } catch (CannotJoin why) {
      throw Refusals.cannotJoin(name, why);
    }
  }

  /** Resigns and leaves, 204. */
  void leave(Request request, Exchange exchange) {
    String name = allowed(request);
    if (elections.find(name) == null) {
      throw Refusals.unknownElection(name, elections.names());
    }
    if (elections.isConfigured(name)) {
      throw Refusals.configuredElection(name);
    }
    elections
        .leave(name)
        .thenAccept(outcome ->
            loop.execute(() -> {
              audience.dismiss(name);
              handed.forget(name);
              exchange.reply(Reply.empty(204));
            }));
  }

  private String allowed(Request request) {
    String name = request.variable("election");
    if (!dynamic) {
      throw Refusals.dynamicDisabled(name);
    }
    return name;
  }
}
