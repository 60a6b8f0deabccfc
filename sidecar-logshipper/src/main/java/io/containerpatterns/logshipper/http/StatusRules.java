package io.containerpatterns.logshipper.http;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * What a status means, unless a store says otherwise (RFC 9110, 15; RFC 6585; RFC 8470).
 *
 * <pre>
 *   2xx                                         taken
 *   408 425 429, 5xx but the two below          again, when Retry-After says or the back-off
 *   413                                         too large: halves
 *   400 422                                     refused: it is found out which item
 *   3xx, all other 4xx, 501 505                 denied: kept until somebody changes a setting
 * </pre>
 *
 * Only two statuses speak of what was sent. The others of 4xx speak of the request, which is the
 * same for every item, so no item is given up for one of them.
 */
public final class StatusRules {
  /** Nobody is waited for longer, whatever its Retry-After says. */
  static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);

  private static final int SAID_MAX = 300;

  private StatusRules() {}

  /** What {@code answer} means to anybody. */
  public static Verdict of(Answer answer, InstantSource clock) {
    return switch (answer.status()) {
      case 408, 425, 429 -> again(answer, clock);
      case 413 -> new Verdict.TooLarge(said(answer));
      case 400, 422 -> new Verdict.Refused(said(answer));
      case 501, 505 -> new Verdict.Denied(said(answer));
      default ->
          answer.isSuccess()
              ? Verdict.Taken.ALL
              : answer.status() >= 500 ? again(answer, clock) : new Verdict.Denied(denied(answer));
    };
  }

  /** The very same again, when the store says or the back-off. */
  public static Verdict.Again again(Answer answer, InstantSource clock) {
    return new Verdict.Again(retryAfter(answer, clock), said(answer));
  }

  private static String denied(Answer answer) {
    return answer
        .header("location")
        .map(location -> said(answer) + "; it points to " + location + ", which is not followed")
        .orElseGet(() -> said(answer));
  }

  /** How long the store asks us to wait (RFC 9110, 10.2.3), if it does. */
  public static Optional<Duration> retryAfter(Answer answer, InstantSource clock) {
    return answer
        .header("retry-after")
        .flatMap(text -> delay(text.strip(), clock))
        .map(asked -> {
          Duration most = asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
          return most.isNegative() ? Duration.ZERO : most;
        });
  }

  private static Optional<Duration> delay(String text, InstantSource clock) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    } catch (NumberFormatException notSeconds) {
      try {
        Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
        return Optional.of(Duration.between(clock.instant(), at));
      } catch (DateTimeException neither) {
        return Optional.empty();
      }
    } catch (ArithmeticException tooLong) {
      return Optional.of(RETRY_AFTER_MAX);
    }
  }

  /** The status and the beginning of what the store says about it, on one line. */
  public static String said(Answer answer) {
    int length = Math.min(SAID_MAX, answer.body().length);
    String text = new String(answer.body(), 0, length, StandardCharsets.UTF_8).strip();
    String status = "status " + answer.status();
    return text.isEmpty() ? status : status + ": " + text.replaceAll("\\s+", " ");
  }
}
