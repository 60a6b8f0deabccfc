package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the current context of a kubeconfig file says.
 *
 * @param server its address
 * @param token the user's bearer token
 * @param certificates PEM file with what to trust
 */
record Kubeconfig(URI server, String token, Path certificates) {
  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /** Reads {@code file}; certificates that stand in it are written into {@code folder}. */
  static Kubeconfig read(Path file, Path folder) throws IOException {
    JsonNode root = new YAMLMapper().readTree(file.toFile());
    JsonNode context =
        named(root, "contexts", root.path("current-context").asText()).path("context");
    JsonNode cluster = named(root, "clusters", context.path("cluster").asText()).path("cluster");
    JsonNode user = named(root, "users", context.path("user").asText()).path("user");
    URI server = URI.create(cluster.path("server").asText());
    return new Kubeconfig(server, token(file, user), certificates(cluster, server, folder));
  }

  private static JsonNode named(JsonNode root, String list, String name) {
    for (JsonNode each : root.path(list)) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "kubeconfig: \"" + name + "\" (expected: a name in the list " + list + ")");
  }

  private static String token(Path file, JsonNode user) throws IOException {
    if (user.has("tokenFile")) {
      return Files.readString(Path.of(user.path("tokenFile").asText())).strip();
    }
    String token = user.path("token").asText();
    if (token.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": a user without token (expected: one with token or tokenFile)");
    }
    return token;
  }

  private static Path certificates(JsonNode cluster, URI server, Path folder) throws IOException {
    Path written = folder.resolve("api-server.pem");
    if (cluster.has("certificate-authority")) {
      return Path.of(cluster.path("certificate-authority").asText());
    }
    if (cluster.has("certificate-authority-data")) {
      String data = cluster.path("certificate-authority-data").asText();
      return Files.write(written, Base64.getDecoder().decode(data));
    }
    if (!cluster.path("insecure-skip-tls-verify").asBoolean()) {
      throw new IllegalArgumentException(
          "kubeconfig: a cluster without certificate-authority (expected: that, or"
              + " insecure-skip-tls-verify)");
    }
    return Files.writeString(written, presentedBy(server), StandardCharsets.US_ASCII);
  }

  /** What the server shows now, so that everybody may check that it is the same later. */
  private static String presentedBy(URI server) throws IOException {
    var recorder = new Recorder();
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {recorder}, null);
      try (var socket =
          (SSLSocket) context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
      }
      var pem = new StringBuilder();
      for (X509Certificate certificate : recorder.seen) {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(PEM.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
      return pem.toString();
    } catch (CertificateEncodingException e) {
      throw new IOException(server + " shows a certificate that cannot be written", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Recorder extends X509ExtendedTrustManager {
    private final List<X509Certificate> seen = new ArrayList<>();

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      seen.addAll(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
