package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.HttpHandler;
import io.containerpatterns.chassis.http.HttpLimits;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Routes;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Loop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Objects;

/**
 * The HTTP API of the elector, for the application beside it. Described for programs in {@code
 * elector.openapi.yaml}.
 *
 * <pre>
 * GET    /v1/elections/{election}                 how we stand; ?after=57&amp;wait=30s waits for another version
 * GET    /v1/elections/{election}/leading         200 with the token, or 503
 * POST   /v1/elections/{election}/become          becomeLeader; ?wait=30s  {"leaseMs","meta","priority"}
 * POST   /v1/elections/{election}/renew           renewLeadership, confirmed by the store; ?timeout=2s  {"token"}
 * POST   /v1/elections/{election}/resign          {"token","cooldownMs","to"}
 * GET    /v1/elections/{election}/watch           what happens, as NDJSON or server-sent events; ?from=57
 * PUT    /v1/elections/{election}                 joins {"mode","leaseMs","priority","meta"}
 * DELETE /v1/elections/{election}                 resigns and leaves
 * GET    /v1/elections                            all elections; ?leading=true those that we lead
 * GET    /v1/watch                                what happens to any of them
 * POST   /v1/drain                                steps down everywhere and stays out; ?wait=20s
 * POST   /v1/resume                               stands again
 *
 * GET    /status /leading /watch                  the same for the first election of the settings
 * POST   /become /renew /resign
 * POST   /becomeLeader /renewLeadership /resignLeadership    as the paper calls them
 * GET    / /sse                                   as the old sidecar answered
 * GET    /openapi.yaml
 * </pre>
 *
 * Nothing here blocks: what an election must do it does on its own loop, and what waits for it
 * holds a place on the loop of this API and no thread.
 */
final class ElectorApi implements AutoCloseable {
  /** How many calls may wait at once, over all elections. */
  static final int WAITERS_MAX = 1024;

  /** How many streams may be open at once; at 64 KiB unsent each they cost 8 MiB at the worst. */
  static final int STREAMS_MAX = 128;

  /** A connection for each of those, and as many as a crowd needs that does not wait. */
  private static final int CONNECTIONS_MAX = WAITERS_MAX + STREAMS_MAX + 384;

  /** Answers one call about an election. */
  @FunctionalInterface
  private interface Call {
    void handle(Election election, Request request, Exchange exchange);
  }

  private final Elections elections;
  private final Audience audience;
  private final Places waiters = new Places(WAITERS_MAX, Refusals::tooManyWaiters);
  private final Places streams = new Places(STREAMS_MAX, Refusals::tooManyStreams);
  private final StatusCalls status;
  private final LeaderCalls leader;
  private final WatchCalls watch;
  private final MembershipCalls membership;
  private final DrainCalls drain;
  private final OldSidecar oldSidecar;

  /**
   * @param loop the thread of the server that will serve this
   * @param dynamic whether elections may be joined and left at run time
   */
  ElectorApi(
      Elections elections,
      Feed feed,
      Verbs verbs,
      Loop loop,
      InstantSource clock,
      boolean dynamic) {
    this.elections = elections;
    this.audience = new Audience(feed, loop);
    var json = new StatusJson(elections.storeName());
    var handed = new Handed();
    this.status = new StatusCalls(elections, audience, waiters, loop, json);
    this.leader = new LeaderCalls(verbs, waiters, loop, json, handed);
    this.watch = new WatchCalls(elections, audience, streams, loop, json);
    this.membership = new MembershipCalls(elections, audience, loop, json, handed, dynamic);
    this.drain = new DrainCalls(elections, audience, loop, verbs);
    this.oldSidecar = new OldSidecar(elections, audience, streams, loop, clock);
  }

  /** {@code server} with what it serves and with limits that fit. */
  HttpServer.Builder on(HttpServer.Builder server) {
    return server
        .routes(routes())
        .limits(HttpLimits.DEFAULT.withConnections(CONNECTIONS_MAX))
        .refuseOrigin();
  }

  /** Everything that is served, in the order of the class comment. */
  Routes routes() {
    var routes = new ArrayList<Route>();
    routes.add(named("GET", "", status::status));
    routes.add(named("GET", "/leading", status::leading));
    routes.add(named("POST", "/become", leader::become));
    routes.add(named("POST", "/renew", leader::renew));
    routes.add(named("POST", "/resign", leader::resign));
    routes.add(named("GET", "/watch", watch::one));
    routes.add(Route.put("/v1/elections/{election}", membership::join));
    routes.add(Route.delete("/v1/elections/{election}", membership::leave));
    routes.add(Route.get("/v1/elections", status::all));
    routes.add(Route.get("/v1/watch", watch::all));
    routes.add(Route.post("/v1/drain", drain::drain));
    routes.add(Route.post("/v1/resume", drain::resume));
    routes.add(first("GET", "/status", status::status));
    routes.add(first("GET", "/leading", status::leading));
    routes.add(first("GET", "/watch", watch::one));
    routes.add(first("POST", "/become", leader::become));
    routes.add(first("POST", "/renew", leader::renew));
    routes.add(first("POST", "/resign", leader::resign));
    routes.add(first("POST", "/becomeLeader", leader::become));
    routes.add(first("POST", "/renewLeadership", leader::renew));
    routes.add(first("POST", "/resignLeadership", leader::resign));
    routes.add(Route.get("/", oldSidecar::leader));
    routes.add(Route.get("/sse", oldSidecar::changes));
    routes.add(Route.get("/openapi.yaml", openApi()));
    return Routes.of(routes);
  }

  private Route named(String method, String verb, Call call) {
    return Route.of(
        method,
        "/v1/elections/{election}" + verb,
        (request, exchange) -> call.handle(asked(request.variable("election")), request, exchange));
  }

  private Route first(String method, String path, Call call) {
    return Route.of(
        method, path, (request, exchange) -> call.handle(elections.first(), request, exchange));
  }

  private Election asked(String name) {
    Election election = elections.find(name);
    if (election == null) {
      throw Refusals.unknownElection(name, elections.names());
    }
    return election;
  }

  private static HttpHandler openApi() {
    Reply file = Reply.bytes(200, "application/yaml", resource("elector.openapi.yaml"));
    return (request, exchange) -> exchange.reply(file);
  }

  private static byte[] resource(String name) {
    try (InputStream in = ElectorApi.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** How many calls wait. */
  int waiting() {
    return waiters.taken();
  }

  /** How many streams are open. */
  int watching() {
    return streams.taken();
  }

  /** How many are told what happens; while the loop of the API is at rest. */
  int listening() {
    return audience.size();
  }

  /**
   * Answers everyone who waits and ends every stream, so that the server can close without cutting
   * anybody.
   */
  @Override
  public void close() {
    audience.close();
  }
}
