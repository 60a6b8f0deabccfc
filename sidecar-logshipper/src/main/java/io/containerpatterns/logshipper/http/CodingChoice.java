package io.containerpatterns.logshipper.http;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.output.Verdict;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which coding a store is sent. A store that does not know zstd may say so (415), or say of every
 * line that it is nonsense (400), as Elasticsearch does: no line may become a dead letter for that.
 *
 * <pre>
 *   UNPROVEN -- a body of zstd is taken ----------------------------> PROVEN
 *      |  ^
 *   refused  the same is refused as gzip: it was the events, and the verdict counts
 *      v  |
 *   DOUBTED -- the same is taken as gzip: it was the coding --------> LEFT (gzip from here on)
 * </pre>
 *
 * {@link #next} belongs to the output's thread, {@link #heard} to any.
 */
final class CodingChoice implements AutoCloseable {
  private static final Log log = Log.of(CodingChoice.class);

  private final String output;
  private final Coding preferred;
  private final @Nullable Coding known; // what everybody takes; null where there is no doubt
  private State state; // guarded by this

  private enum State {
    UNPROVEN,
    DOUBTED,
    PROVEN,
    LEFT
  }

  private CodingChoice(String output, Coding preferred, @Nullable Coding known) {
    this.output = output;
    this.preferred = preferred;
    this.known = known;
    this.state = known == null ? State.PROVEN : State.UNPROVEN;
  }

  /** Of this one alone. */
  static CodingChoice only(String output, Coding coding) {
    return new CodingChoice(output, coding, null);
  }

  /** Of {@code preferred}, unless only {@code known} is taken. */
  static CodingChoice between(String output, Coding preferred, Coding known) {
    return new CodingChoice(output, preferred, known);
  }

  /** That of the next request. */
  synchronized Coding next() {
    boolean doubted = state == State.DOUBTED || state == State.LEFT;
    return known != null && doubted ? known : preferred;
  }

  /**
   * Learns from what was said to a body of {@code coding}.
   *
   * @return what that means, where it does not mean what it says
   */
  synchronized Optional<Verdict> heard(Coding coding, Answer answer) {
    if (state == State.PROVEN || state == State.LEFT) {
      return Optional.empty();
    }
    boolean refused = answer.status() == 400 || answer.status() == 415 || answer.status() == 422;
    if (coding.equals(preferred)) {
      if (answer.isSuccess()) {
        state = State.PROVEN;
      } else if (refused) {
        state = State.DOUBTED;
        return Optional.of(
            new Verdict.Again(
                Optional.of(Duration.ZERO),
                StatusRules.said(answer)
                    + "; the same is sent as gzip, maybe it is for "
                    + coding.name()));
      }
    } else if (state == State.DOUBTED && answer.isSuccess()) {
      state = State.LEFT;
      log.warn(
          "the store does not take " + preferred.name(),
          "output",
          output,
          "action",
          "it is sent gzip from here on; write compression=gzip");
    } else if (state == State.DOUBTED && refused) {
      state = State.UNPROVEN;
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    preferred.close();
    if (known != null) {
      known.close();
    }
  }
}
