package io.containerpatterns.chassis.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.containerpatterns.chassis.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTlsTest {
  @TempDir Path folder;

  @Test
  void withoutFilesTheAuthoritiesOfTheJdkAreTrusted() {
    assertThatCode(ClientTls.of(TlsFiles.NONE)::check).doesNotThrowAnyException();
  }

  @Test
  void onlyModernVersionsAreSpokenAndTheNameIsVerified() {
    SSLEngine engine = ClientTls.of(TlsFiles.NONE).engine("etcd", 2379);

    assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(engine.getSSLParameters().getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
    assertThat(engine.getUseClientMode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "etcd, etcd",
    "kubernetes.default.svc, kubernetes.default.svc",
    "a.example., a.example"
  })
  void aNameIsToldToThePeer(String host, String told) {
    SSLEngine engine = ClientTls.of(TlsFiles.NONE).engine(host, 443);

    assertThat(engine.getSSLParameters().getServerNames()).containsExactly(new SNIHostName(told));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "fd00::a"})
  void anAddressIsNotToldToThePeer(String host) {
    SSLEngine engine = ClientTls.of(TlsFiles.NONE).engine(host, 443);

    assertThat(engine.getSSLParameters().getServerNames()).isNullOrEmpty();
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    Path file = folder.resolve("ca.pem");

    assertThatProblem(ClientTls.of(TlsFiles.NONE.trusting(file))::check)
        .startsWith(file + ": \"NoSuchFileException\" (expected: a PEM file that uid ")
        .endsWith(" may read); mount it, or set its owner and mode");
  }

  @Test
  void aFileWithoutACertificateIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), "not a certificate\n");

    assertThatProblem(ClientTls.of(TlsFiles.NONE.trusting(file))::check)
        .isEqualTo(
            file
                + ": \"no BEGIN line\" (expected: at least one BEGIN CERTIFICATE); from DER:"
                + " openssl x509 -inform der -in FILE -out FILE.pem");
  }

  @Test
  void aFileThatIsCutIsTold() throws Exception {
    Path file = new Certificates("ours").authorityInto(folder.resolve("ca.pem"));
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));

    assertThatProblem(ClientTls.of(TlsFiles.NONE.trusting(file))::check)
        .isEqualTo(
            file
                + ": \"no END CERTIFICATE\" (expected: each BEGIN with its END); was the file"
                + " written to its end?");
  }

  @Test
  void aDamagedCertificateIsTold() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("ca.pem"),
            "# comment\n-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n");

    assertThatProblem(ClientTls.of(TlsFiles.NONE.trusting(file))::check)
        .isEqualTo(
            file
                + ": \"certificate 1 is damaged\" (expected: certificates in PEM); write the file"
                + " again");
  }

  @Test
  void aKeyOfAnotherCertificateIsTold() throws Exception {
    var authority = new Certificates("ours");
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    Certificates.identityInto(certificate, folder.resolve("other.key"), authority.client("one"));
    Certificates.identityInto(folder.resolve("other.crt"), key, authority.client("two"));

    assertThatProblem(ClientTls.of(TlsFiles.NONE.identifiedBy(certificate, key))::check)
        .isEqualTo(
            key
                + ": \"a key of another certificate\" (expected: the key of "
                + certificate
                + "); write both files again");
  }

  @Test
  void halfAnIdentityIsRefused() {
    assertThatThrownBy(
            () -> new TlsFiles(Optional.empty(), Optional.of(Path.of("tls.crt")), Optional.empty()))
        .hasMessage("a certificate and its key, or neither");
  }

  private static AbstractStringAssert<?> assertThatProblem(ThrowingCallable check) {
    return assertThat(catchThrowableOfType(InvalidSettings.class, check).getMessage());
  }
}
