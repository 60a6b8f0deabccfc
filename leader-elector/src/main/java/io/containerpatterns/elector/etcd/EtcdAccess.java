package io.containerpatterns.elector.etcd;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Secret;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.chassis.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this store: where the cluster is, what belongs to us in it, and who we are there.
 *
 * @param endpoints client addresses of members of one cluster, one at least
 * @param prefix what every key of ours begins with; ends with a slash
 * @param user whom to authenticate as, where the cluster asks for it
 * @param passwordFile read again at each authentication
 * @param authority who may sign the certificates of the members
 * @param certificate our own, where the cluster asks for one
 * @param key that of our certificate
 */
public record EtcdAccess(
    List<URI> endpoints,
    String prefix,
    Optional<String> user,
    Optional<Path> passwordFile,
    Optional<Path> authority,
    Optional<Path> certificate,
    Optional<Path> key) {
  private static final int ENDPOINTS_MAX = 32;
  private static final int PREFIX_LENGTH_MAX = 256;
  private static final int PASSWORD_BYTES_MAX = 4096;

  public EtcdAccess {
    endpoints = List.copyOf(endpoints);
  }

  /** The declaration of these settings. */
  public static EtcdAccess read(Settings s) {
    return new EtcdAccess(
        s.list("ETCD_ENDPOINTS", EtcdAccess::endpoint)
            .meaning("client addresses of the members of one cluster, or of some of them")
            .required("http://etcd-0:2379,http://etcd-1:2379,http://etcd-2:2379"),
        s.value("ETCD_PREFIX", EtcdAccess::prefix)
            .meaning("what the keys begin with; the election's name follows")
            .orElse("/containerpatterns/leader/"),
        s.text("ETCD_USER")
            .meaning("whom to authenticate as, where the cluster has authentication enabled")
            .optional("elector"),
        s.path("ETCD_PASSWORD_FILE")
            .meaning("file with that user's password; read again at each authentication")
            .optional("/run/secrets/etcd-password"),
        s.path("ETCD_CA_FILE")
            .meaning(
                "PEM file with who may sign the certificates of the members; those that the JDK"
                    + " knows when not set; read again when it changes")
            .optional("/etc/etcd-tls/ca.crt"),
        s.path("ETCD_CERT_FILE")
            .meaning("PEM file with our own certificate; read again when it changes")
            .optional("/etc/etcd-tls/tls.crt"),
        s.path("ETCD_KEY_FILE")
            .meaning("PEM file with the key of that certificate; read again when it changes")
            .optional("/etc/etcd-tls/tls.key"));
  }

  /** What is wrong with them together. */
  public List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    checkEndpoints(problems);
    checkUser(problems);
    checkIdentity(problems);
    if (!tls()) {
      refuseInPlain("ELECTOR_ETCD_CA_FILE", authority, problems);
      refuseInPlain("ELECTOR_ETCD_CERT_FILE", certificate, problems);
    }
    return problems;
  }

  /** Whether the members are spoken to over TLS. */
  boolean tls() {
    return isTls(endpoints.getFirst());
  }

  /** Whom to trust and who we are, in TLS. */
  TlsFiles tlsFiles() {
    return new TlsFiles(authority, certificate, key);
  }

  /**
   * The password as it is now; blocks.
   *
   * @throws InvalidSettings when the file has none
   */
  Secret password() {
    Path file = passwordFile.orElseThrow();
    try {
      if (Files.size(file) > PASSWORD_BYTES_MAX) {
        throw unusable(file, "a file of at most " + PASSWORD_BYTES_MAX + " bytes");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
      if (text.isEmpty()) {
        throw unusable(file, "a file that is not empty");
      }
      return new Secret(text);
    } catch (IOException e) {
      throw unusable(file, "a readable file in UTF-8: " + e.getClass().getSimpleName());
    }
  }

  private static InvalidSettings unusable(Path file, String expected) {
    return new InvalidSettings(
        new Problem(
            "ELECTOR_ETCD_PASSWORD_FILE",
            file.toString(),
            expected,
            "mount it, or set its owner and mode"));
  }

  private void checkEndpoints(List<Problem> problems) {
    if (endpoints.size() > ENDPOINTS_MAX) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_ENDPOINTS",
              endpoints.size() + " endpoints",
              "at most " + ENDPOINTS_MAX,
              "name some members; each of them serves every key"));
    }
    if (endpoints.stream().map(EtcdAccess::isTls).distinct().count() > 1) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_ENDPOINTS",
              "http:// and https://",
              "all with or all without TLS",
              "a password or a lease that is encrypted on one way only is not encrypted"));
    }
    for (URI endpoint : endpoints) {
      if (endpoint.getUserInfo() != null) {
        problems.add(
            new Problem(
                "ELECTOR_ETCD_ENDPOINTS",
                endpoint.getScheme() + "://***@" + endpoint.getHost() + ":" + endpoint.getPort(),
                "addresses without user and password",
                "set ELECTOR_ETCD_USER and ELECTOR_ETCD_PASSWORD_FILE"));
      }
    }
  }

  private void checkUser(List<Problem> problems) {
    if (user.isPresent() && passwordFile.isEmpty()) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_USER",
              user.get(),
              "ELECTOR_ETCD_PASSWORD_FILE beside it",
              "set it to the file with the password of that user, or unset both"));
    }
    if (passwordFile.isPresent() && user.isEmpty()) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_PASSWORD_FILE",
              passwordFile.get().toString(),
              "ELECTOR_ETCD_USER beside it",
              "set it to the user whose password that is, or unset both"));
    }
  }

  private void checkIdentity(List<Problem> problems) {
    if (certificate.isPresent() && key.isEmpty()) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_CERT_FILE",
              certificate.get().toString(),
              "ELECTOR_ETCD_KEY_FILE beside it",
              "set it to the key of that certificate, or unset both"));
    }
    if (key.isPresent() && certificate.isEmpty()) {
      problems.add(
          new Problem(
              "ELECTOR_ETCD_KEY_FILE",
              key.get().toString(),
              "ELECTOR_ETCD_CERT_FILE beside it",
              "set it to the certificate of that key, or unset both"));
    }
  }

  private static void refuseInPlain(String setting, Optional<Path> file, List<Problem> problems) {
    file.ifPresent(path ->
        problems.add(
            new Problem(
                setting,
                path.toString(),
                "endpoints that begin with https:// beside it",
                "write https:// in ELECTOR_ETCD_ENDPOINTS, or unset it")));
  }

  private static boolean isTls(URI endpoint) {
    return "https".equals(endpoint.getScheme());
  }

  private static URI endpoint(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw notAnEndpoint(e);
    }
    boolean http = "http".equals(uri.getScheme()) || isTls(uri);
    String path = uri.getRawPath();
    boolean bare = path == null || path.isEmpty() || path.equals("/");
    if (!http
        || uri.getHost() == null
        || uri.getPort() < 1
        || uri.getPort() > 65_535
        || !bare
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw notAnEndpoint(null);
    }
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
  }

  private static IllegalArgumentException notAnEndpoint(@Nullable Throwable cause) {
    return new IllegalArgumentException(
        "an address with its port, such as http://etcd-0:2379 or https://10.0.0.7:2379", cause);
  }

  private static String prefix(String text) {
    boolean visible = text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!visible || !text.endsWith("/") || text.length() > PREFIX_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "1 to " + PREFIX_LENGTH_MAX + " visible ASCII characters, the last one a slash");
    }
    return text;
  }
}
