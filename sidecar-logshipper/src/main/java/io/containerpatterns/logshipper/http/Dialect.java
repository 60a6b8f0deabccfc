package io.containerpatterns.logshipper.http;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.Map;
import java.util.Optional;

/**
 * How one kind of store is spoken to by HTTP. {@link #encode}, {@link #frame} and {@link #headers}
 * are called by the output's own thread, {@link #verdict} by any.
 */
public interface Dialect {
  /** Where to POST, when the URL in the settings has no path of its own; begins with a slash. */
  String path();

  /** The media type of a body. */
  String contentType();

  /** Appends {@code event} as an item, complete in itself. */
  void encode(Event event, Sink to);

  /**
   * Appends the body that gives the store these items. Where the items of a run are the body as
   * they lie in the batch, {@link #isItems} says so and this is not called for them.
   */
  default void frame(Parcel parcel, Sink to) {
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      to.put(parcel.batch().array(), parcel.batch().start(item), parcel.batch().end(item));
    }
  }

  /** Whether a body is nothing but its items, end to end. */
  default boolean isItems() {
    return true;
  }

  /**
   * How a body is already compressed by the format itself, if it is; then no other coding is put
   * over it.
   */
  default boolean isCompressed() {
    return false;
  }

  /** More headers of a request; none is secret. */
  default Map<String, String> headers(Parcel parcel) {
    return Map.of();
  }

  /** How many bytes of an answer are read. */
  default int answerBytesMax() {
    return 64 << 10;
  }

  /**
   * What the answer means, where that is not what its status says to everybody ({@link
   * StatusRules}).
   *
   * @param answer whatever its status
   */
  default Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return Optional.empty();
  }
}
