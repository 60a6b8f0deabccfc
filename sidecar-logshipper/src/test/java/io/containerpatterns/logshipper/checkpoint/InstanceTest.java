package io.containerpatterns.logshipper.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstanceTest {
  @TempDir Path folder;

  @Test
  void aDirectoryIsTheSameForEver() throws Exception {
    long first = Instance.of(folder);

    assertThat(Instance.of(folder)).isEqualTo(first);
    assertThat(Files.readString(folder.resolve("instance"))).matches("[0-9a-f]{16}\n");
  }

  @Test
  void oneThatACrashHasCutBecomesAnother() throws Exception {
    Files.writeString(folder.resolve("instance"), "00ff");

    long written = Instance.of(folder);

    assertThat(Instance.of(folder)).isEqualTo(written);
  }

  @Test
  void everyContentHasANameOfItsOwn() {
    Set<Long> names = new HashSet<>();
    for (long instance = 1; instance <= 100; instance++) {
      for (long number = 1; number <= 100; number++) {
        names.add(Instance.generation(instance << 40, number));
      }
    }

    assertThat(names).hasSize(10_000);
  }
}
