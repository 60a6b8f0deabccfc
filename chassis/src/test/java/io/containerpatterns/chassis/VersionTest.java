package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VersionTest {
  @Test
  void theCommitFollowsThePlus() {
    assertThat(Version.parse("0.1.0+12ac5e0"))
        .isEqualTo(new Version("0.1.0", "12ac5e0"))
        .hasToString("0.1.0+12ac5e0");
    assertThat(Version.parse("0.1.0")).isEqualTo(new Version("0.1.0", "")).hasToString("0.1.0");
  }

  @Test
  void classesThatComeFromNoJarAreDevelopment() {
    assertThat(Version.current()).isEqualTo(new Version("dev", ""));
  }
}
