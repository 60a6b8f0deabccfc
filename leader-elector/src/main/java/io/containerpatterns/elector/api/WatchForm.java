package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.elector.election.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How the lines of a watch look. {@code event} is what happened; the rest is the state as it is
 * while the line is written, under the version that the event brought.
 *
 * <pre>
 * NDJSON  {"event":"acquired","election":"orders","self":"orders-7d9f-x2k","state":"LEADING", ...}
 *         {"event":"ping","election":"orders","version":57,"leader":true,"token":1042,"validForMs":7312}
 *
 * SSE     id: 57
 *         event: acquired
 *         data: {"event":"acquired", ...}
 * </pre>
 *
 * @param sse whether the client asked for server-sent events
 * @param numbered whether ids are sent, from which a client can go on; versions of several
 *     elections make no sequence
 */
record WatchForm(StatusJson json, boolean sse, boolean numbered) {
  private static final byte[] LINE_END = {'\n'};

  String contentType() {
    return sse ? "text/event-stream" : "application/x-ndjson";
  }

  /** Something happened. */
  byte[] event(String event, Status now, long version) {
    byte[] object =
        Json.bytes(generator -> {
          generator.writeStartObject();
          generator.writeStringField("event", event);
          json.members(generator, now, version);
          generator.writeEndObject();
        });
    return framed(numbered ? "id: " + version + "\n" : "", event, object);
  }

  /**
   * Nothing happened, and this is what time has left of the claim. Without an id: an event may be
   * on its way.
   *
   * @param now null when there is no election to speak of
   */
  byte[] ping(@Nullable Status now) {
    byte[] object =
        Json.bytes(generator -> {
          generator.writeStartObject();
          generator.writeStringField("event", "ping");
          if (now != null) {
            generator.writeStringField("election", now.election());
            generator.writeNumberField("version", now.version());
            StatusJson.claim(generator, now);
          }
          generator.writeEndObject();
        });
    return framed("", "ping", object);
  }

  private byte[] framed(String id, String event, byte[] object) {
    if (!sse) {
      return joined(object, LINE_END);
    }
    byte[] before = (id + "event: " + event + "\ndata: ").getBytes(StandardCharsets.UTF_8);
    return joined(before, object, LINE_END, LINE_END);
  }

  private static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
