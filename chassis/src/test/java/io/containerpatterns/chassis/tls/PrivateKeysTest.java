package io.containerpatterns.chassis.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.InvalidSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
  private static final Path KEYS = Path.of("src/test/resources/tls");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs1, RSA, SHA256withRSA",
    "ec-sec1, EC, SHA256withECDSA",
    "ec384-pkcs8, EC, SHA256withECDSA",
    "ed25519-pkcs8, EdDSA, Ed25519"
  })
  void aKeyIsReadAsItsToolWroteIt(String name, String algorithm, String signing) throws Exception {
    byte[] text = "text".getBytes(StandardCharsets.UTF_8);

    PrivateKey key = PrivateKeys.of(Pem.read(KEYS.resolve(name + ".key")));

    Signature signature = Signature.getInstance(signing);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey(name, algorithm));
    signature.update(text);
    assertThat(signature.verify(signed)).isTrue();
  }

  @Test
  void aKeyWithAPasswordIsRefusedWithTheWayToTakeItOff() {
    Path file = KEYS.resolve("encrypted.key");

    assertThatThrownBy(() -> PrivateKeys.of(Pem.read(file)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            file
                + ": \"only BEGIN ENCRYPTED PRIVATE KEY\" (expected: BEGIN PRIVATE KEY, RSA PRIVATE"
                + " KEY or EC PRIVATE KEY); take a password off with openssl pkey -in FILE -out"
                + " FILE.plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"})
  void aDamagedKeyIsAnErrorThatNamesTheFile(String label) throws IOException {
    byte[] whole = Pem.read(KEYS.resolve("ec-sec1.key")).blocks().getLast().der();

    for (int length = 0; length < 40; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Path file = write(label, cut);

      assertThatThrownBy(() -> PrivateKeys.of(Pem.read(file)))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageStartingWith(file + ": \"the private key cannot be read\" (expected: ");
    }
  }

  private Path write(String label, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return Files.writeString(
        folder.resolve("cut.key"),
        "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  private static PublicKey publicKey(String name, String algorithm) throws Exception {
    byte[] der = Pem.read(KEYS.resolve(name + ".pub")).blocks().getFirst().der();
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
  }
}
