package io.containerpatterns.logshipper.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 64 bits of SHA-256. Taken once a second for a file that moves, so strength is cheaper
 * than the doubt of whether a weaker hash could let one log pass for another.
 */
final class ContentHash {
  private ContentHash() {}

  static long of(byte[] bytes, int length) {
    return of(bytes, 0, length);
  }

  static long of(byte[] bytes, int start, int end) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, start, end - start);
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
