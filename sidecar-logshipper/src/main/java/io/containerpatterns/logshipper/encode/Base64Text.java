package io.containerpatterns.logshipper.encode;

import java.nio.charset.StandardCharsets;

/** Bytes as text in Base64 (RFC 4648), straight into a {@link Sink}. */
public enum Base64Text {
  /** With {@code +} and {@code /}, and padded (section 4). */
  PADDED("+/", true),
  /** With {@code -} and {@code _}, and not padded (section 5): for names and addresses. */
  URL("-_", false);

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final byte[] digits;
  private final boolean padded;

  Base64Text(String last, boolean padded) {
    this.digits = (LETTERS + last).getBytes(StandardCharsets.US_ASCII);
    this.padded = padded;
  }

  /** Appends the bytes from {@code start} to {@code end}. */
  public void write(byte[] from, int start, int end, Sink to) {
    byte[] target = to.room(Math.multiplyExact((end - start + 2) / 3, 4));
    int begun = to.length();
    int out = begun;
    int at = start;
    for (; at <= end - 3; at += 3) {
      int three = (from[at] & 0xff) << 16 | (from[at + 1] & 0xff) << 8 | from[at + 2] & 0xff;
      target[out] = digits[three >>> 18];
      target[out + 1] = digits[three >>> 12 & 0x3f];
      target[out + 2] = digits[three >>> 6 & 0x3f];
      target[out + 3] = digits[three & 0x3f];
      out += 4;
    }
    if (at < end) {
      boolean two = end - at == 2;
      int rest = (from[at] & 0xff) << 16 | (two ? (from[at + 1] & 0xff) << 8 : 0);
      target[out++] = digits[rest >>> 18];
      target[out++] = digits[rest >>> 12 & 0x3f];
      if (two) {
        target[out++] = digits[rest >>> 6 & 0x3f];
      } else if (padded) {
        target[out++] = '=';
      }
      if (padded) {
        target[out++] = '=';
      }
    }
    to.wrote(out - begun);
  }
}
