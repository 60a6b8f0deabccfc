package io.containerpatterns.elector.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LeaseFormatTest {
  private static final Lease LEASE =
      new Lease(
          "orders-0",
          "5f0c9a1b",
          10_000,
          1_785_000_000_042L,
          0,
          "orders-2",
          Map.of("url", "http://10.0.0.7:8080", "az", "b"));
  private static final String TEXT =
      """
      {"format":1,"holder":"orders-0","boot":"5f0c9a1b","leaseMillis":10000,"token":1785000000042,\
      "priority":0,"wanted":"orders-2","meta":{"az":"b","url":"http://10.0.0.7:8080"}}
      """;

  @Test
  void aLeaseIsOneLineOfJson() {
    assertThat(new String(LeaseFormat.encode(LEASE), UTF_8)).isEqualTo(TEXT);
    assertThat(LeaseFormat.decode(TEXT.getBytes(UTF_8))).isEqualTo(LEASE);
  }

  @Test
  void nobodyWantedIsNotTheSameAsAnEmptyWish() {
    var nobody = new Lease("a", "b", 500, 0, 100, null, Map.of());
    var empty = new Lease("a", "b", 500, 0, 100, "", Map.of());

    assertThat(LeaseFormat.decode(LeaseFormat.encode(nobody))).isEqualTo(nobody);
    assertThat(LeaseFormat.decode(LeaseFormat.encode(empty))).isEqualTo(empty);
  }

  @Test
  void absenceIsWrittenOut() {
    byte[] absent = LeaseFormat.encode(null);

    assertThat(new String(absent, UTF_8)).isEqualTo("{\"format\":1,\"absent\":true}\n");
    assertThat(LeaseFormat.decode(absent)).isNull();
  }

  @Test
  void noPartOfALeaseIsReadAsALeaseOrAsAbsence() {
    byte[] whole = LeaseFormat.encode(LEASE);

    // Without its newline a record is complete; one byte less and it is not.
    for (int length = 0; length < whole.length - 1; length++) {
      refuses(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void noChangedByteMakesALeaseLookAbsent() {
    byte[] whole = LeaseFormat.encode(LEASE);

    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 0x11;
      Lease read;
      try {
        read = LeaseFormat.decode(changed);
      } catch (UnreadableLease e) {
        continue;
      }
      assertThat(read).as("byte %d", i).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "format":1         | "format":2          | format 2 of a newer release (expected: at most 1); run that release
          "format":1         | "format":0          | format is not within 1 and 2147483647
          "format":1,        | ``                  | member "format" is missing
          "boot":"5f0c9a1b", | ``                  | member "boot" is missing
          "holder":"orders-0"| "holder":7          | holder is not a string
          "holder":          | "owner":            | unknown member "owner"
          "az":"b"           | "az":{}             | meta is not a string
          "leaseMillis":10000| "leaseMillis":499   | leaseMillis is not within 500 and 3600000
          "leaseMillis":10000| "leaseMillis":1e9   | leaseMillis is not a whole number
          "token":17         | "token":-17         | token is not within 0 and 9223372036854775807
          "priority":0       | "priority":101      | priority is not within -1 and 100
          "priority":0       | "absent":true       | member "priority" is missing
          "priority":0       | "priority":0,"absent":true | both absent and a lease
          "priority":0       | "priority":0,"priority":0  | not a JSON object
          }}                 | }}{}                | something follows the JSON object
          {"format"          | [{"format"          | not a JSON object
          """)
  void whatNoReleaseWroteIsRefused(String original, String changed, String message) {
    String text = TEXT.replace(original, changed);
    assertThat(text).isNotEqualTo(TEXT);

    assertThatThrownBy(() -> LeaseFormat.decode(text.getBytes(UTF_8)))
        .isInstanceOf(UnreadableLease.class)
        .hasMessage(message);
  }

  @Test
  void noLeaseIsLongerThanAnybodyReads() {
    var largest =
        new Lease(
            "\u0001".repeat(253),
            "\u0001".repeat(64),
            3_600_000,
            Long.MAX_VALUE,
            100,
            "\u0001".repeat(253),
            Map.of("k", "\u0001".repeat(1023)));
    var tooLong = new Lease("a", "b", 500, 0, 0, null, Map.of("k", "v".repeat(20_000)));

    assertThat(LeaseFormat.decode(LeaseFormat.encode(largest))).isEqualTo(largest);
    assertThatThrownBy(() -> LeaseFormat.encode(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("lease: 20");
    refuses(" ".repeat(20_000).getBytes(UTF_8));
  }

  private static void refuses(byte[] content) {
    assertThatThrownBy(() -> LeaseFormat.decode(content)).isInstanceOf(UnreadableLease.class);
  }
}
