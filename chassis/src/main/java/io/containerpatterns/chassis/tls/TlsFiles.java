package io.containerpatterns.chassis.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a client finds whom it trusts and who it is; all files in PEM (RFC 7468).
 *
 * @param authorities certificates of those who may sign a peer's certificate, in any number; empty
 *     for the authorities that the JDK knows
 * @param certificate our own certificate, followed by those between it and the authority that the
 *     peer trusts; empty for a client without one
 * @param key the private key of that certificate, without a password: PKCS#8, PKCS#1 (RSA) or SEC1
 *     (EC)
 */
public record TlsFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
  /** The authorities of the JDK, and no certificate of our own. */
  public static final TlsFiles NONE =
      new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

  /** Refuses half an identity. */
  public TlsFiles {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("a certificate and its key, or neither");
    }
  }

  /** The same with other authorities. */
  public TlsFiles trusting(Path newAuthorities) {
    return new TlsFiles(Optional.of(newAuthorities), certificate, key);
  }

  /** The same with a certificate of our own. */
  public TlsFiles identifiedBy(Path newCertificate, Path newKey) {
    return new TlsFiles(authorities, Optional.of(newCertificate), Optional.of(newKey));
  }
}
