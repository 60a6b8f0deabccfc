package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Guard;
import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.LogEvent;
import io.containerpatterns.chassis.log.LogRing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /logs?level=&limit=&follow=}: the last events, and with {@code follow} those to come;
 * one JSON object per line, or server-sent events where the client accepts them.
 */
final class LogEndpoint {
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;
  private static final int WAITING_MAX = 1_000;
  private static final String NDJSON = "application/x-ndjson";
  private static final String EVENTS = "text/event-stream";

  private final LogRing ring;
  private final Guard inside;

  LogEndpoint(LogRing ring, Access access) {
    this.ring = ring;
    this.inside = access.inside();
  }

  List<Route> routes() {
    return List.of(Route.get("/logs", this::show).behind(inside));
  }

  private void show(Request request, Exchange exchange) {
    List<String> words = Arrays.stream(Level.values()).map(Level::word).toList();
    Level least = Level.valueOf(request.choice("level", "trace", words).toUpperCase(Locale.ROOT));
    int limit = (int) request.number("limit", LIMIT_DEFAULT, 0, LIMIT_MAX);
    boolean events = request.accepts(EVENTS);
    String type = events ? EVENTS : NDJSON;
    if (request.flag("follow")) {
      follow(exchange, least, limit, events, type);
    } else {
      exchange.reply(Reply.bytes(200, type, bytes(text(ring.last(least, limit), events))));
    }
  }

  private void follow(Exchange exchange, Level least, int limit, boolean events, String type) {
    var available = new Semaphore(0);
    LogRing.Watcher watcher = ring.watch(least, WAITING_MAX, available::release);
    if (watcher == null) {
      throw Refusal.of(
              429, "too_many_followers", "too many follow the log already; end one of them")
          .retryAfterMs(5_000);
    }
    List<LogEvent> last = ring.last(least, limit);
    HttpStream stream = exchange.stream(200, type, Map.of("Cache-Control", "no-store"));
    long seen = last.isEmpty() ? 0 : last.getLast().number();
    stream.write(bytes(text(last, events)));
    var follower = new LogFollower(stream, watcher, available, seen, events);
    Thread thread = Thread.ofVirtual().name("management-follow").unstarted(follower);
    stream.onClosed(thread::interrupt);
    thread.start();
  }

  private static String text(List<LogEvent> events, boolean asEvents) {
    var text = new StringBuilder();
    for (LogEvent event : events) {
      text.append(line(event, asEvents));
    }
    return text.toString();
  }

  static String line(LogEvent event, boolean asEvent) {
    String json = event.json();
    return asEvent ? "id: " + event.number() + "\ndata: " + json + "\n\n" : json + "\n";
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
