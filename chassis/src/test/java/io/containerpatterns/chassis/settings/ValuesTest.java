package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, addresses and names: what the text of each says. */
final class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0B, 0, 0B",
    "512B, 512, 512B",
    "64KiB, 65536, 64KiB",
    "1024KiB, 1048576, 1MiB",
    "10kB, 10000, 10kB",
    "1GB, 1000000000, 1GB"
  })
  void aSizeIsReadInUnits(String text, long bytes, String shortest) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes)).hasToString(shortest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "512",
        "B",
        "-1B",
        "+1B",
        "1.5MiB",
        "1 MiB",
        "12q",
        "9999999999999GiB",
        "1kib"
      })
  void anythingElseIsNoSize(String text) {
    assertThatThrownBy(() -> DataSize.parse(text)).hasMessage("a size such as 512KiB");
  }

  @Property
  void theTextOfASizeRoundTrips(@ForAll @LongRange(min = 0) long bytes) {
    assertThat(DataSize.parse(new DataSize(bytes).toString())).isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    ":9474, '', 9474",
    "127.0.0.1:4040, 127.0.0.1, 4040",
    "[::1]:4040, ::1, 4040",
    "localhost:0, localhost, 0"
  })
  void anAddressIsReadAndWrittenAlike(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4040",
        "host",
        "host:",
        "host:65536",
        "host:-1",
        "::1:4040",
        "[host]:1",
        "[::1]",
        "a b:1",
        "http://h:1"
      })
  void anythingElseIsNoAddress(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .hasMessage("an address such as 127.0.0.1:4040, [::1]:4040 or :4040");
  }

  @Test
  void anAddressWithoutAHostMeansAllOfThem() throws Exception {
    assertThat(HostPort.parse(":80").resolve().getAddress().isAnyLocalAddress()).isTrue();
    assertThat(HostPort.parse("127.0.0.1:80").resolve().getAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void aRangeStandsForItsNames() {
    assertThat(NameRange.expand("shard-[0-2]", 100))
        .containsExactly("shard-0", "shard-1", "shard-2");
    assertThat(NameRange.expand("n[08-10].den", 100))
        .containsExactly("n08.den", "n09.den", "n10.den");
    assertThat(NameRange.expand("bear", 100)).containsExactly("bear");
    assertThat(NameRange.expand("[7-7]", 1)).containsExactly("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shard-[0-100]",
        "a[2-1]",
        "a[1]",
        "a[-1]",
        "a[1-]",
        "a[x-y]",
        "a]0-1[",
        "a[0-1",
        "a0-1]",
        "a[0-1][0-1]",
        "a[0-9999999999]"
      })
  void aRangeThatIsNoneOrTooLongIsRefused(String text) {
    assertThatThrownBy(() -> NameRange.expand(text, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a name, or a range such as shard-[0-15] of at most 100 names");
  }

  @ParameterizedTest
  @CsvSource({
    "LEASE, LEASE, 0",
    "LAESE, LEASE, 1",
    "LEAS, LEASE, 1",
    "LEASEE, LEASE, 1",
    "LXASE, LEASE, 1",
    "'', ABC, 3",
    "ABC, XYZ, 3"
  })
  void slipsCountOneEach(String written, String meant, int distance) {
    assertThat(NearestName.distance(written, meant)).isEqualTo(distance);
    assertThat(NearestName.distance(meant, written)).isEqualTo(distance);
  }
}
