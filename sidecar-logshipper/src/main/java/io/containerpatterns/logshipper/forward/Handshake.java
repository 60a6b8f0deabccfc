package io.containerpatterns.logshipper.forward;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.forward.ForwardTarget.Hello;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How we and a peer show each other that both have the shared key, on one connection (Forward
 * Protocol Specification v1, "HELO", "PING", "PONG"). Neither sends the key: each sends the SHA-512
 * of it behind what the other cannot have foreseen.
 */
final class Handshake {
  private static final int SALT_BYTES = 16;
  private static final int REASON_MAX = 200;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] hostname;
  private final byte[] key;
  private final byte[] user;
  private final byte[] password;
  private final byte[] salt; // hexadecimal, because not every peer takes binary
  private byte @Nullable [] nonce;

  /** What to do now. */
  sealed interface Step {
    /** These bytes are to be sent. */
    record Say(byte[] bytes) implements Step {}

    /** Both know enough. */
    record Accepted() implements Step {}

    /** The peer or we do not know the same key, user or password. */
    record Refused(String why) implements Step {}

    /** It was no part of a handshake. */
    record Broken(String why) implements Step {}
  }

  private Handshake(byte[] hostname, byte[] key, byte[] user, byte[] password) {
    this.hostname = hostname;
    this.key = key;
    this.user = user;
    this.password = password;
    byte[] random = new byte[SALT_BYTES];
    RANDOM.nextBytes(random);
    salt = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * With the secrets as their files are now. Blocks.
   *
   * @throws InvalidSettings when a file cannot be read
   */
  static Optional<Handshake> of(Optional<Hello> hello) {
    return hello.map(with ->
        new Handshake(
            with.hostname().getBytes(StandardCharsets.UTF_8),
            secret(with.sharedKey()),
            with.login()
                .map(login -> login.user().getBytes(StandardCharsets.UTF_8))
                .orElse(new byte[0]),
            with.login().map(login -> secret(login.password())).orElse(new byte[0])));
  }

  /** What follows from a message of the peer. */
  Step heard(String kind, List<?> message) {
    if (kind.equals("HELO") && nonce == null && message.size() >= 2) {
      return message.get(1) instanceof Map<?, ?> options
          ? ping(text(options.get("nonce")), text(options.get("auth")))
          : new Step.Broken("HELO: without its options");
    }
    byte[] ours = nonce;
    if (kind.equals("PONG") && ours != null && message.size() >= 5) {
      return pong(message, ours);
    }
    return new Step.Broken("handshake: a message out of its order");
  }

  private Step ping(byte[] theirNonce, byte[] authSalt) {
    nonce = theirNonce;
    boolean asked = authSalt.length > 0;
    if (asked && user.length == 0) {
      return new Step.Refused("the peer asks for a user; set it and the file with its password");
    }
    var ping = new Sink(512);
    Msgpack.arrayHead(6, ping);
    Msgpack.text("PING", ping);
    Msgpack.text(hostname, ping);
    Msgpack.text(salt, ping);
    Msgpack.text(digest(salt, hostname, theirNonce, key), ping);
    Msgpack.text(asked ? user : new byte[0], ping);
    Msgpack.text(asked ? digest(authSalt, user, password) : "", ping);
    return new Step.Say(Arrays.copyOf(ping.array(), ping.length()));
  }

  private Step pong(List<?> message, byte[] theirNonce) {
    if (!Boolean.TRUE.equals(message.get(1))) {
      return new Step.Refused("the peer refuses us: " + shown(text(message.get(2))));
    }
    byte[] theirName = text(message.get(3));
    byte[] proof = digest(salt, theirName, theirNonce, key).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(proof, text(message.get(4)))) {
      return new Step.Refused("the peer does not know the shared key");
    }
    return new Step.Accepted();
  }

  /** Bytes of what {@link Answers} read; none for something else. */
  private static byte[] text(@Nullable Object value) {
    return value instanceof String text ? text.getBytes(StandardCharsets.ISO_8859_1) : new byte[0];
  }

  private static String shown(byte[] reason) {
    String text = new String(reason, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= REASON_MAX ? text : text.substring(0, REASON_MAX);
  }

  private static String digest(byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-512");
      for (byte[] part : parts) {
        sha.update(part);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-512", impossible);
    }
  }

  private static byte[] secret(Path file) {
    try {
      return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InvalidSettings(
          new Problem(file.toString(), e.toString(), "a file that can be read", "write it"));
    }
  }
}
