package io.containerpatterns.logshipper.wire;

import io.netty.buffer.ByteBuf;

/**
 * What a protocol does on one connection. Everything is called by the event loop of the connection,
 * and nothing may block.
 */
public interface Conversation {
  /** Connected, with TLS when there is to be; {@link Session#ready} lets the letters go. */
  void begin(Session session);

  /**
   * The peer said something.
   *
   * @param bytes lent for the call
   */
  void received(ByteBuf bytes, Session session);

  /** The kernel has all of {@code letter}. */
  void sent(Letter letter, Session session);
}
