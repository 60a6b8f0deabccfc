package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.logshipper.event.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PodLabelsTest {
  @TempDir Path folder;

  @Test
  void labelsAreReadAsTheKubeletWritesThem() throws Exception {
    Path file =
        write(
            """
            app="shop"
            app.kubernetes.io/name="orders"
            empty=""
            note="a \\"quoted\\" word, a\\\\backslash,\\n a tab\\t, \\x1b and \\u2028"
            """);

    assertThat(PodLabels.read(file))
        .containsExactly(
            new Origin.Label("app", "shop"),
            new Origin.Label("app.kubernetes.io/name", "orders"),
            new Origin.Label("empty", ""),
            new Origin.Label(
                "note", "a \"quoted\" word, a\\backslash,\n a tab\t, \u001b and \u2028"));
  }

  @Test
  void aFileThatIsSomethingElseIsTold() throws Exception {
    Path file = write("app: shop\n");

    assertThatThrownBy(() -> PodLabels.read(file))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("LOGSHIPPER_LABELS_FILES")
        .hasMessageContaining("app: shop")
        .hasMessageContaining("lines such as app=\"shop\"");
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThatThrownBy(() -> PodLabels.read(folder.resolve("nowhere")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("NoSuchFileException")
        .hasMessageContaining("mount a volume of the downward API there");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("labels"), text);
  }
}
