package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.elector.api.Places.Place;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Who leads, in the words of the retired leader-elector:0.5 and of nais/elector, so that their
 * users change the image and nothing else:
 *
 * <pre>
 * GET /     {"name":"orders-7d9f-x2k","last_update":"2026-01-01T00:00:00Z"}
 * GET /sse  data: {"name":"orders-7d9f-x2k","last_update":"2026-01-01T00:00:00Z"}      at each change
 * </pre>
 *
 * It tells of the first election of the settings. The name is empty when nobody is known to lead;
 * our own stands there only while the claim holds. {@code last_update} is when the name became what
 * it is.
 */
final class OldSidecar {
  private static final byte[] KEEP_ALIVE = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

  private final Elections elections;
  private final Audience audience;
  private final Places streams;
  private final Loop loop;
  private final InstantSource clock;

  private String name = ""; // API loop only
  private Instant lastUpdate; // API loop only

  OldSidecar(
      Elections elections, Audience audience, Places streams, Loop loop, InstantSource clock) {
    this.elections = elections;
    this.audience = audience;
    this.streams = streams;
    this.loop = loop;
    this.clock = clock;
    this.lastUpdate = clock.instant();
    loop.execute(() -> audience.join(null, new Observer()));
  }

  /** Who leads now. */
  void leader(Request request, Exchange exchange) {
    loop.execute(() ->
        exchange.reply(
            Reply.bytes(200, "application/json", object()).header("Cache-Control", "no-store")));
  }

  /** Who leads now, and whenever that changes. */
  void changes(Request request, Exchange exchange) {
    Place place = streams.take();
    loop.execute(() ->
        new Changes(
                exchange.stream(200, "text/event-stream", Map.of("Cache-Control", "no-store")),
                place)
            .begin());
  }

  /** For somebody who will rely on it. */
  private byte[] object() {
    look(elections.first().status());
    return Json.bytes(json -> {
      json.writeStartObject();
      json.writeStringField("name", name);
      json.writeStringField("last_update", lastUpdate.truncatedTo(ChronoUnit.SECONDS).toString());
      json.writeEndObject();
    });
  }

  /**
   * Takes note of a change, at each event and at each answer, for a claim may end between two
   * events.
   */
  private void look(Status now) {
    String present = now.leaderId() == null ? "" : now.leaderId();
    if (!present.equals(name)) {
      name = present;
      lastUpdate = clock.instant();
    }
  }

  /** Sees when the name changes, for as long as the API lives. */
  private final class Observer implements Audience.Member {
    @Override
    public void heard(Event event, Status then) {
      if (elections.isFirst(then.election())) {
        look(elections.first().glance());
      }
    }

    @Override
    public void dismissed() {}
  }

  /**
   * One client that hears of changes; a slow one hears the newest when it has caught up. API loop
   * only.
   */
  private final class Changes implements Audience.Member {
    private final HttpStream out;
    private final Place place;
    private Loop.Timer tick = () -> {};
    private String sent = "";
    private boolean ended;

    Changes(HttpStream out, Place place) {
      this.out = out;
      this.place = place;
    }

    void begin() {
      out.onClosed(() -> loop.execute(this::end));
      audience.join(null, this);
      tick = loop.schedule(WatchStream.PING_EVERY, this::tick);
      write(object());
    }

    @Override
    public void heard(Event event, Status then) {
      if (elections.isFirst(then.election())) {
        tell();
      }
    }

    @Override
    public void dismissed() {
      out.close();
      end();
    }

    private void tell() {
      look(elections.first().glance());
      if (!name.equals(sent) && out.unsentBytes() <= WatchStream.LAG_BYTES) {
        write(object());
      }
    }

    private void tick() {
      if (ended) {
        return;
      }
      tick = loop.schedule(WatchStream.PING_EVERY, this::tick);
      tell();
      if (out.unsentBytes() <= WatchStream.LAG_BYTES) {
        out.write(KEEP_ALIVE);
      }
    }

    private void write(byte[] object) {
      sent = name;
      out.write(
          ("data: " + new String(object, StandardCharsets.UTF_8) + "\n\n")
              .getBytes(StandardCharsets.UTF_8));
    }

    private void end() {
      ended = true;
      tick.cancel();
      audience.leave(null, this);
      place.leave();
    }
  }
}
