package io.containerpatterns.logshipper.kafka;

import java.nio.file.FileSystemException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Why a record did not arrive, as the client says it.
 *
 * <pre>
 *   too large, invalid by itself                            refused: a dead letter
 *   who we are, what we may, name of the topic, old broker  denied: somebody has to change something
 *   no such topic, no broker, no time, and all else         again
 * </pre>
 *
 * @param why for people
 */
record Failure(Kind kind, String why) {
  /** What follows from it. */
  enum Kind {
    /** This record would be refused again. */
    REFUSED,
    /** The very same again. */
    AGAIN,
    /** Again, when somebody has changed a setting, a password, a right. */
    DENIED
  }

  /** What {@code failure} says about a record for that topic. */
  static Failure of(Throwable failure, String topic) {
    return switch (failure) {
      case RecordTooLargeException e -> new Failure(Kind.REFUSED, sentence(e));
      case InvalidRecordException e -> new Failure(Kind.REFUSED, sentence(e));
      case InvalidTimestampException e -> new Failure(Kind.REFUSED, sentence(e));
      case AuthenticationException e -> new Failure(Kind.DENIED, "not let in: " + sentence(e));
      case AuthorizationException e -> new Failure(Kind.DENIED, "not allowed: " + sentence(e));
      case InvalidTopicException e -> new Failure(Kind.DENIED, sentence(e));
      case PolicyViolationException e -> new Failure(Kind.DENIED, sentence(e));
      case SecurityDisabledException e -> new Failure(Kind.DENIED, sentence(e));
      case UnsupportedVersionException e ->
          new Failure(Kind.DENIED, "the broker is too old: " + sentence(e));
      case FileSystemException e ->
          new Failure(Kind.DENIED, "the password cannot be read: " + sentence(e));
      case ApiException e -> new Failure(Kind.AGAIN, again(e, topic));
      default -> new Failure(Kind.AGAIN, sentence(failure));
    };
  }

  private static String again(ApiException failure, String topic) {
    // Waiting for what the brokers know of the topic ends with a time limit, whatever they say.
    if (failure instanceof UnknownTopicOrPartitionException
        || failure.getCause() instanceof UnknownTopicOrPartitionException) {
      return "there is no topic " + topic + ", and the brokers do not make it; create it";
    }
    // The client says how many records and milliseconds; a sentence that differs is told each time.
    return failure instanceof TimeoutException && text(failure).startsWith("Expiring ")
        ? "no answer from the brokers in time"
        : sentence(failure);
  }

  /** With the innermost cause, where only that says which file, certificate or address it is. */
  private static String sentence(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String outer = text(failure);
    String inner = text(cause);
    return outer.contains(inner) ? outer : outer + ": " + inner;
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
  }
}
