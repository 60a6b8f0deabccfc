package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.elector.election.CannotJoin;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status;
import java.util.List;

/**
 * Every error of this API, each a word for programs and a sentence that ends with the next step for
 * people. What HTTP itself refuses (400 for a malformed value, 404 for an unknown path, 405, 413,
 * 421) the chassis words.
 *
 * <pre>
 *   403 dynamic_disabled, configured_election   404 unknown_election
 *   409 not_leader, stale_token, unhealthy, paused, cannot_join
 *   429 too_many_waiters   503 starting, store_unavailable   504 renew_unconfirmed
 * </pre>
 */
final class Refusals {
  private static final int NAMES_SHOWN = 20;
  private static final int NAME_SHOWN = 80;
  private static final long SOON_MILLIS = 1000;
  private static final long AT_ONCE_MILLIS = 100;

  private Refusals() {}

  /** 404. */
  static Refusal unknownElection(String name, List<String> known) {
    String shown = name.length() <= NAME_SHOWN ? name : name.substring(0, NAME_SHOWN) + "...";
    String list = String.join(", ", known.subList(0, Math.min(NAMES_SHOWN, known.size())));
    String more =
        known.size() > NAMES_SHOWN ? " and " + (known.size() - NAMES_SHOWN) + " more" : "";
    return Refusal.of(
            404,
            "unknown_election",
            "this elector takes part in no election \"" + shown + "\"; use one of " + list + more)
        .with("election", shown);
  }

  /** 409: the wait is over and somebody else leads, or nobody. */
  static Refusal notElected(Status now) {
    return about(
            now,
            409,
            "not_leader",
            leads(now)
                + "; ask again, with a longer ?wait= if it should wait, or follow GET "
                + path(now)
                + "/watch")
        .retryAfterMs(untilFree(now));
  }

  /** 409: a call that only the leader can make. */
  static Refusal notLeader(Status now) {
    return about(
            now,
            409,
            "not_leader",
            leads(now)
                + "; stop what only the leader may do, and stand again with POST "
                + path(now)
                + "/become")
        .retryAfterMs(untilFree(now));
  }

  /** 409. */
  static Refusal staleToken(Status now) {
    return about(
        now,
        409,
        "stale_token",
        "the token is of another term than the present one of \""
            + now.election()
            + "\"; stop what you do under it, and stand again with POST "
            + path(now)
            + "/become");
  }

  /** 409. */
  static Refusal unhealthy(Status now) {
    return about(
            now,
            409,
            "unhealthy",
            "the application is not healthy, so it does not stand for \""
                + now.election()
                + "\"; mend what its health check reports and ask again")
        .retryAfterMs(SOON_MILLIS);
  }

  /** 409. */
  static Refusal paused(Status now) {
    String why =
        now.priority() < 0
            ? "this elector never leads, because its priority is -1; give it one from 0 to 100"
            : "this elector is drained or stopping, so it stands in no election; POST /v1/resume to"
                + " let it stand again";
    return about(now, 409, "paused", why);
  }

  /** 503. */
  static Refusal storeUnavailable(Status now) {
    return about(
            now,
            503,
            "store_unavailable",
            "the store does not answer, so nobody can win \""
                + now.election()
                + "\" now; look into the elector's log for the reason, then ask again")
        .retryAfterMs(SOON_MILLIS);
  }

  /** 504: no answer of the store in time; the claim holds until its end. */
  static Refusal renewUnconfirmed(Status now) {
    return about(
            now,
            504,
            "renew_unconfirmed",
            "the store did not confirm the renewal in time; you lead for validForMs from now, so"
                + " renew again before")
        .with("token", now.token())
        .with("validForMs", now.validForMillis());
  }

  /** The error that {@code verdict} is for a become call, told as things stand {@code now}. */
  static Refusal ofBecome(Verdict verdict, Status now) {
    return switch (verdict) {
      case UNHEALTHY -> unhealthy(now);
      case PAUSED -> paused(now);
      case STORE_UNAVAILABLE -> storeUnavailable(now);
      case LEADING, RELEASED, STEPPED_DOWN, NOT_LEADER, STALE_TOKEN, UNCONFIRMED -> notElected(now);
    };
  }

  /**
   * The error that {@code verdict} is for a renew or resign call, told as things stand {@code now}.
   */
  static Refusal ofLeader(Verdict verdict, Status now) {
    return switch (verdict) {
      case STALE_TOKEN -> staleToken(now);
      case UNCONFIRMED -> now.leader() ? renewUnconfirmed(now) : notLeader(now);
      case LEADING, RELEASED, STEPPED_DOWN, NOT_LEADER, UNHEALTHY, PAUSED, STORE_UNAVAILABLE ->
          notLeader(now);
    };
  }

  /** 400: a renewal without saying of what. */
  static Refusal tokenMissing(String election) {
    return Refusal.badRequest(
            "the token of your term is missing; send the one that POST "
                + path(election)
                + "/become answered, as header Elector-Token or as {\"token\":...}")
        .with("election", election);
  }

  /** 409. */
  static Refusal cannotJoin(String election, CannotJoin why) {
    return Refusal.of(409, "cannot_join", String.valueOf(why.getMessage()))
        .with("election", election)
        .retryAfterMs(SOON_MILLIS);
  }

  /** 403. */
  static Refusal dynamicDisabled(String election) {
    return Refusal.of(
            403,
            "dynamic_disabled",
            "elections are joined and left by the settings alone; set ELECTOR_DYNAMIC=true to allow"
                + " it at run time")
        .with("election", election);
  }

  /** 403. */
  static Refusal configuredElection(String election) {
    return Refusal.of(
            403,
            "configured_election",
            "\""
                + election
                + "\" stands in ELECTOR_NAMES; take it out there and restart, or resign instead")
        .with("election", election);
  }

  /** 429. */
  static Refusal tooManyWaiters(int max) {
    return Refusal.of(
            429,
            "too_many_waiters",
            max + " calls are waiting already; end some of them, or ask without waiting")
        .retryAfterMs(SOON_MILLIS);
  }

  /** 429. */
  static Refusal tooManyStreams(int max) {
    return Refusal.of(
            429,
            "too_many_waiters",
            max + " streams are open already; close some of them, or poll with ?after=")
        .retryAfterMs(SOON_MILLIS);
  }

  /** 503. */
  static Refusal starting() {
    return Refusal.of(
            503,
            "starting",
            "the elector is starting; ask again when /readyz on the management port answers 200")
        .retryAfterMs(AT_ONCE_MILLIS);
  }

  /** 409: no way to the asked-for state of the process. */
  static Refusal noWay(String why) {
    return Refusal.of(
        409, "paused", "the elector is " + why + "; start a new one if it should go on");
  }

  private static Refusal about(Status now, int code, String error, String detail) {
    return Refusal.of(code, error, detail)
        .with("election", now.election())
        .with("leaderId", now.leaderId());
  }

  private static String leads(Status now) {
    String leader = now.leaderId();
    return (leader == null ? "nobody is known to lead" : leader + " leads")
        + " \""
        + now.election()
        + "\"";
  }

  /** When the present lease may have run out, should nobody renew it. */
  private static long untilFree(Status now) {
    long left = now.leaderId() == null ? 0 : now.leaseMillis() - now.leaderSeenMillisAgo();
    return Math.max(AT_ONCE_MILLIS, left);
  }

  private static String path(Status now) {
    return path(now.election());
  }

  private static String path(String election) {
    return "/v1/elections/" + election;
  }
}
