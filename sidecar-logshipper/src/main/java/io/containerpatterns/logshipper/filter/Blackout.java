package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.encode.Sink;
import java.util.List;

/**
 * Replaces the secrets of one text after the other. A text without one is neither copied nor
 * written to; another one ends up in an array that stays as it is until {@link #clear}. Confined to
 * one thread.
 */
final class Blackout {
  private static final int ROOM = 256;

  private final Secret[] secrets;
  private final byte[] replacement;
  private final Sink kept = new Sink(ROOM);
  private byte[] bytes = {};
  private int start;
  private int end;

  Blackout(List<Secret> secrets, byte[] replacement) {
    this.secrets = secrets.toArray(Secret[]::new);
    this.replacement = replacement;
  }

  /** What it has written is not needed any more. */
  void clear() {
    kept.cutTo(0);
  }

  /**
   * Whether there is a secret in the text; then {@link #bytes}, {@link #start} and {@link #end} are
   * what is left of it.
   */
  boolean blacken(byte[] b, int from, int to) {
    bytes = b;
    start = from;
    end = to;
    boolean any = false;
    // One after the other, each on what the one before has left.
    for (Secret secret : secrets) {
      if (secret.find(bytes, start, start, end)) {
        replaceAll(secret);
        any = true;
      }
    }
    return any;
  }

  private void replaceAll(Secret secret) {
    byte[] from = bytes;
    int written = kept.length();
    int at = start;
    do {
      kept.put(from, at, secret.start());
      kept.put(replacement);
      at = secret.end();
    } while (secret.find(from, start, at, end));
    kept.put(from, at, end);
    // The array may be another one by now. That which the text was in is as it was.
    bytes = kept.array();
    start = written;
    end = kept.length();
  }

  /** The array of the text. */
  byte[] bytes() {
    return bytes;
  }

  /** Where it begins. */
  int start() {
    return start;
  }

  /** Where it ends. */
  int end() {
    return end;
  }
}
