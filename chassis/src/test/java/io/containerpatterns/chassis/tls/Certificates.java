package io.containerpatterns.chassis.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** An authority made for one test, what it signs, and the files that hold it. */
public final class Certificates {
  private final X509Bundle authority;

  /** A new authority of this name; two of one name are not the same. */
  public Certificates(String name) throws Exception {
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** For a server of this name. */
  public X509Bundle named(String host) throws Exception {
    return server().addSanDnsName(host).buildIssuedBy(authority);
  }

  /** For a server of this address. */
  public X509Bundle addressed(String address) throws Exception {
    return server().addSanIpAddress(address).buildIssuedBy(authority);
  }

  /** For a server of this address that is also its own client, as the JSON gateway of etcd is. */
  public X509Bundle addressedBothWays(String address) throws Exception {
    return server()
        .addExtendedKeyUsageClientAuth()
        .addSanIpAddress(address)
        .buildIssuedBy(authority);
  }

  /** For a server of this address, and out of date since yesterday. */
  public X509Bundle expired(String address) throws Exception {
    Instant now = Instant.now();
    return server()
        .addSanIpAddress(address)
        .notBefore(now.minus(Duration.ofDays(2)))
        .notAfter(now.minus(Duration.ofDays(1)))
        .buildIssuedBy(authority);
  }

  /** For a client. */
  public X509Bundle client(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority);
  }

  /** What a server runs on that has {@code own}, and trusts clients that this authority signed. */
  public SSLContext server(X509Bundle own) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own.toKeyManagerFactory().getKeyManagers(),
        authority.toTrustManagerFactory().getTrustManagers(),
        new SecureRandom());
    return context;
  }

  /** Writes the certificate of the authority, as a rotation does: whole, into its place. */
  public Path authorityInto(Path file) throws IOException {
    return replace(file, authority.getCertificatePEM());
  }

  /** Writes a certificate and its key. */
  public static void identityInto(Path certificate, Path key, X509Bundle own) throws IOException {
    replace(certificate, own.getCertificatePathPEM());
    replace(key, own.getPrivateKeyPEM());
  }

  private static Path replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
    return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static CertificateBuilder server() {
    return new CertificateBuilder().ecp256().subject("CN=peer").addExtendedKeyUsageServerAuth();
  }
}
