package io.containerpatterns.logshipper.loki;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Loki says to a push, where it is not what the status says to everybody.
 *
 * <pre>
 *   200 204                    taken
 *   260 and other 2xx          again: 260 is what a blocked tenant is told
 *   400 about the labels, or about structured metadata at all
 *                              denied: it is so for every line of the file
 *   400 "too old", some lines  those lines refused, the others again
 *   400 otherwise              refused: it is found out which
 * </pre>
 *
 * Loki keeps the good lines of a request that it answers with 400 (pkg/distributor/distributor.go),
 * but does not say which those are. So they are sent again, in halves, until the bad ones are
 * alone: nothing good is lost, and what is there already is the same entry by its {@link Stamp}.
 * Each halving ends, so nothing is sent for ever. A log that is older than Loki takes would be
 * halved down to every line; there Loki says from when on it takes them, and that is enough to
 * tell.
 */
final class PushAnswer {
  /** A 400 may have a sentence for each line. */
  static final int BYTES_MAX = 4 << 20;

  private static final List<String> ABOUT_THE_STREAM =
      List.of(
          "at least one label pair is required",
          "error parsing labels",
          "Error parsing labels",
          " label names; limit ",
          "has label name too long",
          "has label value too long",
          "has duplicate label name",
          "includes structured metadata, but this feature is disallowed");

  /**
   * The time as Go prints it or as in RFC 3339. Not what a single stream says about lines that are
   * too far behind its own newest, which means nothing for the lines of another.
   */
  private static final Pattern OLDEST =
      Pattern.compile(
          "has timestamp too old: [^,]{1,60}, oldest acceptable timestamp is:"
              + " (\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?)(?: ?\\+0000"
              + " UTC|Z)");

  private PushAnswer() {}

  static Optional<Verdict> verdict(Answer answer, Parcel parcel, InstantSource clock) {
    return switch (answer.status()) {
      case 200, 204 -> Optional.of(Verdict.Taken.ALL);
      case 400 -> badRequest(answer, parcel);
      default ->
          answer.isSuccess() ? Optional.of(StatusRules.again(answer, clock)) : Optional.empty();
    };
  }

  private static Optional<Verdict> badRequest(Answer answer, Parcel parcel) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    for (String about : ABOUT_THE_STREAM) {
      if (text.contains(about)) {
        return Optional.of(new Verdict.Denied(StatusRules.said(answer)));
      }
    }
    Matcher oldest = OLDEST.matcher(text);
    return oldest.find()
        ? olderThan(oldest.group(1) + "T" + oldest.group(2), answer, parcel)
        : Optional.empty();
  }

  /** The older ones are refused; of the others it is not certain that they were all taken. */
  private static Optional<Verdict> olderThan(String text, Answer answer, Parcel parcel) {
    Instant oldest;
    try {
      oldest = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
    String why = StatusRules.said(answer);
    List<Verdict.RefusedItem> refused = new ArrayList<>();
    int[] again = new int[parcel.count()];
    int kept = 0;
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      long seconds = parcel.batch().seconds(item);
      // A second more or less is left to the halving: the time that was sent has other digits.
      if (seconds < oldest.getEpochSecond() - 1) {
        refused.add(new Verdict.RefusedItem(place, why));
      } else {
        again[kept++] = place;
      }
    }
    return refused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Verdict.Partly(Arrays.copyOf(again, kept), Optional.empty(), refused, why));
  }
}
