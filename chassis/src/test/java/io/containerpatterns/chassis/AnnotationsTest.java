package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AnnotationsTest {
  @Test
  void valuesAreGoStringLiterals() {
    String file =
        """
        containerpatterns.io/drain="true"
        note="two\\nlines, a \\"quote\\", a back\\\\slash, \\u00e9, \\x41 and \\U0001f43b"
        """;

    assertThat(Annotations.parse(file))
        .containsExactly(
            entry("containerpatterns.io/drain", "true"),
            entry("note", "two\nlines, a \"quote\", a back\\slash, \u00e9, A and \ud83d\udc3b"));
  }

  @Test
  void linesOfAnotherFormAreSkipped() {
    assertThat(Annotations.parse("no equals\nbare=true\nopen=\"\n\nright=\"x\""))
        .containsExactly(entry("right", "x"));
  }

  @Property(tries = 300)
  void noTextBreaksIt(@ForAll String text) {
    assertThat(Annotations.parse("key=\"\\" + text + "\"")).isNotNull();
  }
}
