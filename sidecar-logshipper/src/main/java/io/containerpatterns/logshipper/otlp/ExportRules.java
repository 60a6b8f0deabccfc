package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is the same for both encodings of OTLP: the time of observing, and what an answer means.
 *
 * <pre>
 *   2xx                  taken
 *   2xx, some rejected   none again; every record refused, since it is not said which
 *   429 502 503 504      again
 *   500                  again; refused where {@code retry500} is off, as the specification has it
 *   400 422              refused: it is found out which
 *   other                as everybody's ({@link StatusRules})
 * </pre>
 *
 * Records that a store rejects while it takes the request (partial success) must not be sent again,
 * and are lost in the store; which ones, it does not say. To halve the request until they are found
 * would be to send again what it has. So all records of the request go where refused ones go, with
 * the number of those that are missing: too much is kept beside the store, and nothing is lost.
 *
 * <p>The specification lets nobody try again after other statuses. What is wrong with an address or
 * a right is not wrong with a record, though, so records wait for it (denied) instead of being
 * dropped.
 */
public final class ExportRules {
  static final String PATH = "/v1/logs";
  static final int ANSWER_BYTES_MAX = 4 << 20; // as the specification has it
  static final String SCOPE = "io.containerpatterns.logshipper";
  static final String FILE_PATH = "log.file.path";

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long SECONDS_MAX = Long.MAX_VALUE / NANOS_PER_SECOND - 1;
  private static final int WHY_MAX = 300;

  private final boolean retry500;
  private final InstantSource clock;

  /**
   * Rules of one output.
   *
   * @param retry500 whether a status of 500 is waited out, as most stores mean it
   */
  public ExportRules(boolean retry500, InstantSource clock) {
    this.retry500 = retry500;
    this.clock = clock;
  }

  /** When it happened, in nanoseconds since 1970, of which there are no negative ones here. */
  static long nanos(Event event) {
    return Math.clamp(event.seconds(), 0, SECONDS_MAX) * NANOS_PER_SECOND + event.nanos();
  }

  /** When it was seen: when it was read, where it has no time of its own; otherwise now. */
  long observedNanos(Event event) {
    return event.isTimed() ? clock.millis() * NANOS_PER_MILLI : nanos(event);
  }

  Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    ExportAnswer said = ExportAnswer.read(answer);
    if (answer.isSuccess()) {
      return Optional.of(said.rejected() > 0 ? rejected(said, parcel) : Verdict.Taken.ALL);
    }
    var readable =
        new Answer(
            answer.status(), answer.headers(), said.message().getBytes(StandardCharsets.UTF_8));
    if (answer.status() == 500 && !retry500) {
      return Optional.of(new Verdict.Refused(StatusRules.said(readable)));
    }
    return Optional.of(StatusRules.of(readable, clock));
  }

  private static Verdict rejected(ExportAnswer said, Parcel parcel) {
    String message = said.message().replaceAll("\\s+", " ");
    String why =
        "the store rejected "
            + said.rejected()
            + " of these "
            + parcel.count()
            + " records without saying which: "
            + message.substring(0, Math.min(WHY_MAX, message.length()));
    List<Verdict.RefusedItem> refused = new ArrayList<>(parcel.count());
    for (int place = 0; place < parcel.count(); place++) {
      refused.add(new Verdict.RefusedItem(place, why));
    }
    return new Verdict.Partly(new int[0], Optional.<Duration>empty(), refused, "");
  }
}
