package io.containerpatterns.chassis.http;

import java.io.IOException;
import java.util.Map;

/**
 * Takes an answer while it comes. Called on the event loop of the connection, one call at a time
 * and in order, so it must not block; nothing more is read from the peer while it runs, which is
 * all the back pressure there is. What it throws fails the stream.
 */
public interface AnswerReceiver {
  /**
   * Status and headers, by lower-case names; first of all and once.
   *
   * @return false when that is enough: the connection is closed and the stream ends properly
   */
  boolean head(int status, Map<String, String> headers) throws IOException;

  /**
   * The next bytes of the body, cut wherever the network cut them; the receiver owns them.
   *
   * @return false when that is enough: the connection is closed and the stream ends properly
   */
  boolean bytes(byte[] chunk) throws IOException;

  /** The answer ended as the peer meant it to. */
  default void end() throws IOException {}
}
