package io.containerpatterns.chassis.http;

/**
 * An answer sent in chunks. All methods may be called from any thread; chunks of one thread keep
 * their order.
 */
public interface HttpStream {
  /**
   * Sends a chunk; false when the stream is closed. The bytes are owned by the stream from now on.
   */
  boolean write(byte[] chunk);

  /**
   * Bytes given to {@link #write} that the client's socket has not taken yet: what a slow reader
   * costs us.
   */
  long unsentBytes();

  /** Ends the answer properly. */
  void close();

  /** Cuts the connection without a proper end, so that the client notices. */
  void abort();

  /**
   * Runs {@code action} once when the stream has ended for whatever reason; at once if it already
   * has.
   */
  void onClosed(Runnable action);
}
