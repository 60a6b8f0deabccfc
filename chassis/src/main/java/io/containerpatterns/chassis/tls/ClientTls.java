package io.containerpatterns.chassis.tls;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a client: 1.2 and 1.3, the certificate of the peer must be signed by somebody we trust
 * and made for the very name or address that we call (RFC 9110 4.3.4), and the name is told to the
 * peer (SNI, RFC 6066 3).
 *
 * <p>The files are looked at before each connection and read again when they changed, because a
 * kubelet or cert-manager replaces them under a running process. Changed files that cannot be used
 * are told once, and what was read before stays in force. Any thread; what reads files blocks.
 */
public final class ClientTls {
  private static final Log log = Log.of(ClientTls.class);
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final char[] NO_PASSWORD = {};

  private final TlsFiles files;
  private final boolean verifies;
  private @Nullable SSLContext context; // guarded by this
  private List<Stamp> stamps = List.of(); // guarded by this

  private ClientTls(TlsFiles files, boolean verifies) {
    this.files = files;
    this.verifies = verifies;
  }

  /** A client that verifies whom it talks to; nothing is read yet. */
  public static ClientTls of(TlsFiles files) {
    return new ClientTls(files, true);
  }

  /**
   * A client that talks to whoever answers, whatever certificate it shows: anybody on the way can
   * read and change everything. For test servers only.
   */
  public static ClientTls withoutVerification(TlsFiles files) {
    return new ClientTls(files, false);
  }

  /**
   * Reads the files now, so that a wrong one is told at the start and not at the first call.
   *
   * @throws InvalidSettings that names the file, what was expected, and what to do
   */
  public void check() {
    context();
  }

  /** Whether peers must show who they are. */
  public boolean verifies() {
    return verifies;
  }

  /**
   * The engine of one connection, with the files as they are now.
   *
   * @param host a name or an IP literal without brackets; the certificate must be made for it
   * @throws InvalidSettings when the files cannot be used and never could
   */
  public SSLEngine engine(String host, int port) {
    SSLEngine engine = context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    if (verifies) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    serverName(host).ifPresent(name -> parameters.setServerNames(List.of(name)));
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** Whom a peer's certificate must come from, for a message. */
  public String authorities() {
    return files.authorities().map(Path::toString).orElse("the authorities of the JDK");
  }

  private synchronized SSLContext context() {
    List<Stamp> now = stamps();
    SSLContext before = context;
    if (before != null && now.equals(stamps)) {
      return before;
    }
    try {
      SSLContext read = read();
      context = read;
      stamps = now;
      return read;
    } catch (InvalidSettings wrong) {
      if (before == null) {
        throw wrong;
      }
      // Not again before they change again: a certificate and its key are replaced one by one.
      stamps = now;
      log.warn("TLS files unusable, the last ones stay in force", "why", wrong.getMessage());
      return before;
    }
  }

  private SSLContext read() {
    try {
      SSLContext read = SSLContext.getInstance("TLS");
      read.init(identity(), trust(), null);
      return read;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the TLS of this JDK does not work", e);
    }
  }

  private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
    if (!verifies) {
      return new TrustManager[] {new TrustsAnybody()};
    }
    if (files.authorities().isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate authority : Pem.read(files.authorities().get()).certificates()) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private KeyManager @Nullable [] identity() throws GeneralSecurityException, IOException {
    if (files.certificate().isEmpty() || files.key().isEmpty()) {
      return null;
    }
    Pem keyFile = Pem.read(files.key().get());
    PrivateKey key = PrivateKeys.of(keyFile);
    List<X509Certificate> chain = Pem.read(files.certificate().get()).certificates();
    if (!belongs(key, chain.getFirst())) {
      throw Pem.wrong(
          keyFile.file(),
          "a key of another certificate",
          "the key of " + files.certificate().get(),
          "write both files again");
    }
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /** Whether what the key signs is what the certificate verifies. */
  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String kind =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    if (kind.equals("RSASSA-PSS")) {
      return true; // It needs parameters to sign with; the handshake will tell.
    }
    try {
      byte[] sample = certificate.getEncoded();
      Signature signature = Signature.getInstance(kind);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException otherKind) {
      return false;
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    // It never leaves this process; PKCS12 would work 200 ms on a password that nobody needs.
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }

  private static Optional<SNIHostName> serverName(String host) {
    if (host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1))) {
      return Optional
          .empty(); // Not for addresses (RFC 6066 3); no top-level domain ends in a digit.
    }
    try {
      return Optional.of(
          new SNIHostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  private List<Stamp> stamps() {
    return Stream.of(files.authorities(), files.certificate(), files.key())
        .flatMap(Optional::stream)
        .map(Stamp::of)
        .toList();
  }

  /** What changes when a file is written or another one is moved into its place. */
  private record Stamp(FileTime modified, long size, String file) {
    private static final Stamp MISSING = new Stamp(FileTime.fromMillis(0), -1, "");

    static Stamp of(Path path) {
      try {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()));
      } catch (IOException missing) {
        return MISSING;
      }
    }
  }
}
