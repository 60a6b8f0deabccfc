package io.containerpatterns.chassis;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Saves the state of a service, keeps the last one to be fetched, and gives one back to it. */
public final class Checkpoints {
  private final Optional<Service.Checkpoint> state;
  private final InstantSource clock;
  private final CountDownLatch fetched = new CountDownLatch(1);
  private volatile @Nullable Saved last;

  Checkpoints(Optional<Service.Checkpoint> state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * One saved state.
   *
   * @param id names these very bytes; serves as their ETag
   * @param format which reader they need
   * @param bytes the state; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed from hand to hand, never compared.
  public record Saved(String id, int format, byte[] bytes, Instant createdAt) {}

  /** Whether the image has state worth carrying. */
  public boolean supported() {
    return state.isPresent();
  }

  /**
   * Saves the state as it is now. May block; call it on a virtual thread, and only when {@link
   * #supported()}.
   */
  public synchronized Saved save() throws IOException {
    Service.Checkpoint source = state.orElseThrow();
    byte[] bytes = source.save();
    Saved saved = new Saved(id(bytes), source.format(), bytes, clock.instant());
    last = saved;
    return saved;
  }

  /** The state saved last, taken away by whoever goes on with it. */
  public Optional<Saved> fetch() {
    Saved saved = last;
    if (saved != null) {
      fetched.countDown();
    }
    return Optional.ofNullable(saved);
  }

  /** The state saved last, only looked at. */
  public Optional<Saved> last() {
    return Optional.ofNullable(last);
  }

  /**
   * Gives a state back to the service. May block; call it on a virtual thread, and only when {@link
   * #supported()}.
   *
   * @throws IllegalArgumentException with a sentence for the caller when the bytes are not such a
   *     state
   */
  public synchronized void restore(int format, byte[] bytes) throws IOException {
    Service.Checkpoint target = state.orElseThrow();
    if (format < 1 || format > target.format()) {
      throw new IllegalArgumentException(
          "format "
              + format
              + " is not one of 1 to "
              + target.format()
              + "; use the version that wrote it, or a later one");
    }
    target.restore(format, bytes);
  }

  /** Waits until somebody fetched the state; false when nobody did in time. */
  boolean awaitFetch(Duration most) throws InterruptedException {
    return fetched.await(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static String id(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
