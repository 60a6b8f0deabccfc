package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.wire.Peer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where chunks go, and as what.
 *
 * @param tag by which the peer routes them, of 1 to 255 characters; one for all events of the
 *     output
 * @param gzip whether entries go as a CompressedPackedForward
 * @param hello how we show the peer who we are; empty when it does not ask
 */
public record ForwardTarget(Peer peer, String tag, boolean gzip, Optional<Hello> hello) {
  private static final int TAG_MAX = 255;

  /** The port that the protocol has for itself. */
  public static final int PORT = 24_224;

  /** Refuses a tag that no peer could route by. */
  public ForwardTarget {
    if (tag.isEmpty() || tag.length() > TAG_MAX) {
      throw new IllegalArgumentException(
          "tag: \"" + tag + "\" (expected: 1 to " + TAG_MAX + " characters)");
    }
  }

  /**
   * What the handshake of the protocol needs (Forward Protocol Specification v1, "Handshake
   * Messages").
   *
   * @param hostname what we call ourselves to the peer
   * @param sharedKey the file with the key that we and the peer have; read for each connection
   * @param login for a peer that asks for a user too
   */
  public record Hello(String hostname, Path sharedKey, Optional<Login> login) {}

  /** A user and the file with the password, read for each connection. */
  public record Login(String user, Path password) {}
}
