package io.containerpatterns.chassis.http;

import java.util.Map;

/** The way back to the client of one request. All methods may be called from any thread. */
public interface Exchange {
  /** Sends the whole answer. A second answer, or one after the client went away, is dropped. */
  void reply(Reply reply);

  /** Begins an answer of unknown length, sent in chunks. */
  HttpStream stream(int status, String contentType, Map<String, String> headers);

  /**
   * Runs {@code action} once if the client goes away before the answer is complete; at once if it
   * already has.
   */
  void onDisconnect(Runnable action);
}
