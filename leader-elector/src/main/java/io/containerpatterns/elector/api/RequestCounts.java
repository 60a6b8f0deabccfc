package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.HttpHandler;
import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Routes;
import io.containerpatterns.chassis.metrics.Flow;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts what became of each request of the API. "Not leader" is an answer like any other; a
 * request failed when its answer is a problem document, and was dropped when the client did not
 * wait for one. A stream is held as long as it is open. What never reached a handler, such as an
 * unknown path, counts only in the statistics of the listener.
 */
public final class RequestCounts {
  private static final String PROBLEM = "application/problem+json";

  private final Flow requests;

  public RequestCounts(Flow requests) {
    this.requests = requests;
  }

  /** Whose fault it was. */
  enum Stage {
    /** The caller's. */
    REQUEST,
    /** Ours, or the store's. */
    ELECTION
  }

  /** What was wrong, by the status of the answer. */
  enum Reason {
    BAD_REQUEST,
    FORBIDDEN,
    UNKNOWN_ELECTION,
    CONFLICT,
    TOO_MANY,
    UNAVAILABLE,
    UNCONFIRMED,
    OTHER;

    static Reason of(int status) {
      return switch (status) {
        case 400 -> BAD_REQUEST;
        case 403 -> FORBIDDEN;
        case 404 -> UNKNOWN_ELECTION;
        case 409 -> CONFLICT;
        case 429 -> TOO_MANY;
        case 503 -> UNAVAILABLE;
        case 504 -> UNCONFIRMED;
        default -> OTHER;
      };
    }
  }

  /** Why nobody was answered. */
  enum Drop {
    CLIENT_GONE
  }

  /** The same routes, counted. */
  Routes counted(Routes routes) {
    return Routes.of(routes.all().stream().map(this::counted).toList());
  }

  private Route counted(Route route) {
    String call = route.method() + " " + route.pattern();
    HttpHandler handler = route.handler();
    return new Route(
        route.method(),
        route.pattern(),
        (request, exchange) -> {
          requests.in(call);
          var counted = new Counted(call, exchange);
          try {
            handler.handle(request, counted);
          } catch (Refusal refusal) {
            counted.failed(refusal.status());
            throw refusal;
          } catch (RuntimeException fault) {
            counted.failed(500);
            throw fault;
          }
          counted.await();
        },
        route.bodyBytesMax(),
        route.anyHost(),
        route.guard());
  }

  /** One request until its end is known. */
  private final class Counted implements Exchange {
    private final String call;
    private final Exchange exchange;
    private final AtomicBoolean ended = new AtomicBoolean();

    Counted(String call, Exchange exchange) {
      this.call = call;
      this.exchange = exchange;
    }

    /** Most are answered by now; only the others have to be watched. */
    void await() {
      if (!ended.get()) {
        exchange.onDisconnect(() -> {
          if (ended.compareAndSet(false, true)) {
            requests.dropped(Drop.CLIENT_GONE);
          }
        });
      }
    }

    @Override
    public void reply(Reply reply) {
      if (reply.contentType().equals(PROBLEM)) {
        failed(reply.status());
      } else if (ended.compareAndSet(false, true)) {
        requests.out(call);
      }
      exchange.reply(reply);
    }

    void failed(int status) {
      if (ended.compareAndSet(false, true)) {
        requests.failed(status < 500 ? Stage.REQUEST : Stage.ELECTION, Reason.of(status));
      }
    }

    @Override
    public HttpStream stream(int status, String contentType, Map<String, String> headers) {
      // From here on whoever leaves has had what it came for.
      boolean first = ended.compareAndSet(false, true);
      HttpStream stream = exchange.stream(status, contentType, headers);
      if (first) {
        stream.onClosed(() -> requests.out(call));
      }
      return stream;
    }

    @Override
    public void onDisconnect(Runnable action) {
      exchange.onDisconnect(action);
    }
  }
}
