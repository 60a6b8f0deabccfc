package io.containerpatterns.logshipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.kafka.Failure.Kind;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

final class FailureTest {
  @Test
  void onlyWhatSpeaksOfTheRecordItselfGivesItUp() {
    assertIs(new RecordTooLargeException("too large"), Kind.REFUSED, "too large");
    assertIs(new InvalidRecordException("no key"), Kind.REFUSED, "no key");
    assertIs(new InvalidTimestampException("future"), Kind.REFUSED, "future");
  }

  @Test
  void whatSomebodyHasToChangeIsDenied() {
    assertIs(
        new SaslAuthenticationException("Authentication failed"),
        Kind.DENIED,
        "not let in: Authentication failed");
    assertIs(
        new TopicAuthorizationException(Set.of("logs")),
        Kind.DENIED,
        "not allowed: Not authorized to access topics: [logs]");
    assertIs(new ClusterAuthorizationException("no"), Kind.DENIED, "not allowed: no");
    assertIs(new UnsupportedVersionException("no"), Kind.DENIED, "the broker is too old: no");
    assertIs(
        new NoSuchFileException("/run/password"),
        Kind.DENIED,
        "the password cannot be read: /run/password");
  }

  @Test
  void aCertificateThatIsRefusedIsToldWithTheReason() {
    var cause = new SSLHandshakeException("refused");
    cause.initCause(new CertificateException("No name matching broker found"));

    assertIs(
        new SslAuthenticationException("SSL handshake failed", cause),
        Kind.DENIED,
        "not let in: SSL handshake failed: No name matching broker found");
  }

  @Test
  void everythingElseIsTheSameAgain() {
    assertIs(new NotEnoughReplicasException("too few"), Kind.AGAIN, "too few");
    assertIs(new TimeoutException("no room"), Kind.AGAIN, "no room");
    assertIs(
        new TimeoutException("Expiring 3 record(s) for logs-0:20001 ms has passed"),
        Kind.AGAIN,
        "no answer from the brokers in time");
    assertIs(
        new KafkaException("part of a batch which had one more more invalid records"),
        Kind.AGAIN,
        "part of a batch which had one more more invalid records");
    assertIs(
        new KafkaException("Failed to construct", new ConfigException("No resolvable urls")),
        Kind.AGAIN,
        "Failed to construct: No resolvable urls");
    assertIs(new IllegalStateException("closed"), Kind.AGAIN, "closed");
  }

  @Test
  void aTopicThatIsMissingIsToldInOurWordsHoweverItIsFoundOut() {
    var missing = new UnknownTopicOrPartitionException("This server does not host this topic");
    String sentence = "there is no topic logs, and the brokers do not make it; create it";

    assertIs(missing, Kind.AGAIN, sentence);
    assertIs(new TimeoutException("Topic not present", missing), Kind.AGAIN, sentence);
  }

  private static void assertIs(Throwable failure, Kind kind, String why) {
    assertThat(Failure.of(failure, "logs")).isEqualTo(new Failure(kind, why));
  }
}
