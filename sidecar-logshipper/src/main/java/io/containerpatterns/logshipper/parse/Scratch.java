package io.containerpatterns.logshipper.parse;

/** An array for what differs from the text of an event, used again for the next one. */
final class Scratch {
  private byte[] bytes = {};
  private int length;

  /** Empties it. Until the next call it takes {@code most} bytes without becoming another array. */
  void begin(int most) {
    if (bytes.length < most) {
      bytes = new byte[Math.max(most, Math.min(2 * bytes.length, Integer.MAX_VALUE / 2))];
    }
    length = 0;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  void put(byte[] from, int start, int end) {
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  void put(int b) {
    bytes[length++] = (byte) b;
  }

  /** What was written into {@link #array} up to there counts. */
  void wroteTo(int newLength) {
    length = newLength;
  }
}
