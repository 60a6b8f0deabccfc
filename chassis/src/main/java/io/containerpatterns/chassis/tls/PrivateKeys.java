package io.containerpatterns.chassis.tls;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.tls.Pem.Block;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Private keys as tools write them. The JDK reads PKCS#8 only, so the two older forms are put into
 * its envelope (RFC 5208 5):
 *
 * <pre>
 *   PrivateKeyInfo ::= SEQUENCE { INTEGER 0, SEQUENCE { algorithm, parameters }, OCTET STRING { key } }
 *
 *   BEGIN RSA PRIVATE KEY   PKCS#1, RFC 8017 A.1.2   algorithm rsaEncryption, parameters NULL
 *   BEGIN EC PRIVATE KEY    SEC1, RFC 5915 3         algorithm id-ecPublicKey, parameters the curve,
 *                                                    which the key itself names under [0]
 * </pre>
 */
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA_ENCRYPTION = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC_PUBLIC_KEY = {
    6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;
  private static final int CURVE = 0xa0;

  private PrivateKeys() {}

  /**
   * The first private key in the file.
   *
   * @throws InvalidSettings that names the file when there is none that can be used
   */
  static PrivateKey of(Pem pem) {
    for (Block block : pem.blocks()) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return parsed(pem, block.der());
        }
        case "RSA PRIVATE KEY" -> {
          return parsed(pem, envelope(RSA_ENCRYPTION, block.der()));
        }
        case "EC PRIVATE KEY" -> {
          return parsed(pem, envelope(joined(EC_PUBLIC_KEY, curve(pem, block.der())), block.der()));
        }
        default -> {
          // Certificates and curve parameters may stand in the same file.
        }
      }
    }
    throw Pem.wrong(
        pem.file(),
        pem.found(),
        "BEGIN PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY",
        "take a password off with openssl pkey -in FILE -out FILE.plain");
  }

  private static PrivateKey parsed(Pem pem, byte[] pkcs8) {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException other) {
        // Then it is a key of the next algorithm.
      } catch (GeneralSecurityException missing) {
        throw new IllegalStateException("a JDK without " + algorithm, missing);
      }
    }
    throw damaged(pem);
  }

  private static InvalidSettings damaged(Pem pem) {
    return Pem.wrong(
        pem.file(),
        "the private key cannot be read",
        "an RSA, EC or Ed25519 key without a password",
        "openssl pkey -in FILE -out FILE.plain takes one off");
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, joined(VERSION_0, der(SEQUENCE, algorithm), der(OCTET_STRING, key)));
  }

  /** The object identifier of the curve, as it stands in the key. */
  private static byte[] curve(Pem pem, byte[] key) {
    try {
      int at = content(key, 0);
      while (at < key.length) {
        int begin = content(key, at);
        int end = begin + length(key, at);
        if ((key[at] & 0xff) == CURVE) {
          return Arrays.copyOfRange(key, begin, end);
        }
        at = end;
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException cut) {
      throw damaged(pem);
    }
    throw damaged(pem);
  }

  /** Where the content of the element begins that begins at {@code at}. */
  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    if (first > 0x82) {
      throw new IllegalArgumentException("longer than 64KiB");
    }
    int length = der[at + 2] & 0xff;
    return first == 0x81 ? length : length << 8 | (der[at + 3] & 0xff);
  }

  private static byte[] der(int tag, byte[] content) {
    int n = content.length;
    if (n < 0x80) {
      return joined(new byte[] {(byte) tag, (byte) n}, content);
    }
    if (n < 0x100) {
      return joined(new byte[] {(byte) tag, (byte) 0x81, (byte) n}, content);
    }
    if (n < 0x10000) {
      return joined(new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n}, content);
    }
    return joined(
        new byte[] {(byte) tag, (byte) 0x83, (byte) (n >> 16), (byte) (n >> 8), (byte) n}, content);
  }

  private static byte[] joined(byte[]... parts) {
    var whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
