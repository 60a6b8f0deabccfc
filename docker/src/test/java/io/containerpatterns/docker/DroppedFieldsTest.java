package io.containerpatterns.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DroppedFieldsTest {
  @Test
  void whatTheServerAddsIsNoProblem() throws IOException {
    assertThat(dropped("{'a':{'b':1}}", "{'a':{'b':1,'c':2},'status':{}}")).isEmpty();
  }

  @Test
  void aFieldThatWasLeftOutIsNamedWithItsPlace() throws IOException {
    assertThat(dropped("{'a':[{'b':1,'typo':'x'}]}", "{'a':[{'b':1}]}"))
        .containsExactly("a[0].typo: nothing (expected: \"x\", as it was sent)");
  }

  @Test
  void aValueThatWasChangedIsNamed() throws IOException {
    assertThat(dropped("{'a':'0.5'}", "{'a':'500m'}"))
        .containsExactly("a: \"500m\" (expected: \"0.5\", as it was sent)");
  }

  @Test
  void aListThatWasCutIsNamed() throws IOException {
    assertThat(dropped("{'a':[1,2]}", "{'a':[1]}"))
        .containsExactly("a: [1] (expected: [1,2], as it was sent)");
  }

  private static List<String> dropped(String sent, String stored) throws IOException {
    return DroppedFields.of(json(sent), json(stored));
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
