package io.containerpatterns.elector.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionNameTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_785_000_000_058L, Long.MAX_VALUE - 1})
  void aVersionComesBackFromItsNameAndItsAnnouncement(long version) {
    assertThat(VersionName.of(version)).hasSize(19);
    assertThat(VersionName.version(VersionName.of(version))).isEqualTo(version);
    assertThat(VersionName.announced(VersionName.announcing(version, "5f0c", 7)))
        .isEqualTo(version);
  }

  @Test
  void namesSortAsVersionsDo() {
    assertThat(VersionName.of(9)).isLessThan(VersionName.of(10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "00000000000000000001",
        "000000000000000000a",
        "000000000000000000١",
        "-000000000000000001",
        "9223372036854775807",
        "9223372036854775808",
        ".tmp-000000000000000001"
      })
  void otherNamesAreNoVersions(String name) {
    assertThat(VersionName.version(name)).isEqualTo(-1);
    assertThat(VersionName.announced(name)).isEqualTo(-1);
  }
}
