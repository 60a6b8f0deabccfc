package io.containerpatterns.chassis.tls;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A file of labelled blocks (RFC 7468); what stands between the blocks is commentary:
 *
 * <pre>
 *   -----BEGIN CERTIFICATE-----
 *   MIIBszCCAVmgAwIBAgIU...
 *   -----END CERTIFICATE-----
 * </pre>
 *
 * @param file where it was read
 * @param blocks in the order of the file
 */
record Pem(Path file, List<Block> blocks) {
  private static final int BYTES_MAX =
      1 << 20; // the authorities of a whole distribution are 220 kB
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /** What stands between one BEGIN and its END. */
  record Block(String label, byte[] der) {}

  /**
   * Reads; blocks.
   *
   * @throws InvalidSettings that names the file when it cannot be read or is not of this form
   */
  static Pem read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw wrong(file, "longer than 1MiB", "a PEM file", "name the file of the certificates");
      }
      return new Pem(file, blocks(file, Files.readString(file, StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw wrong(
          file,
          e.getClass().getSimpleName(),
          "a PEM file that uid " + uid() + " may read",
          "mount it, or set its owner and mode");
    }
  }

  /** The certificates in it, at least one. */
  List<X509Certificate> certificates() {
    var found = new ArrayList<X509Certificate>();
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        if (block.label().equals("CERTIFICATE")) {
          found.add(
              (X509Certificate) x509.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (CertificateException e) {
      throw wrong(
          file,
          "certificate " + (found.size() + 1) + " is damaged",
          "certificates in PEM",
          "write the file again");
    }
    if (found.isEmpty()) {
      throw wrong(
          file,
          found(),
          "at least one BEGIN CERTIFICATE",
          "from DER: openssl x509 -inform der -in FILE -out FILE.pem");
    }
    return found;
  }

  /** Which blocks there are, for a message; never what is in them. */
  String found() {
    return blocks.isEmpty()
        ? "no BEGIN line"
        : "only BEGIN " + String.join(", ", blocks.stream().map(Block::label).toList());
  }

  static InvalidSettings wrong(Path file, String found, String expected, String remedy) {
    return new InvalidSettings(new Problem(file.toString(), found, expected, remedy));
  }

  private static List<Block> blocks(Path file, String text) {
    var blocks = new ArrayList<Block>();
    var base64 = new StringBuilder();
    String label = "";
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
        label = line.substring(BEGIN.length(), Math.max(BEGIN.length(), line.length() - 5));
        base64.setLength(0);
      } else if (line.startsWith(END) && !label.isEmpty()) {
        blocks.add(new Block(label, decoded(file, label, base64.toString())));
        label = "";
      } else if (!label.isEmpty() && line.indexOf(':') < 0) {
        // A line with a colon is a header of the older form of an encrypted key (RFC 1421).
        base64.append(line);
      }
    }
    if (!label.isEmpty()) {
      throw wrong(
          file, "no END " + label, "each BEGIN with its END", "was the file written to its end?");
    }
    return blocks;
  }

  private static byte[] decoded(Path file, String label, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw wrong(file, label + " is not base64", "a PEM file", "write the file again");
    }
  }

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return "of this process";
    }
  }
}
