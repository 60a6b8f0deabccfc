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
    assertThat(dropped("{'a':{'b':1}}", "{'a':{'b':1,'c':2},'status':{}}", 20)).isEmpty();
  }

  @Test
  void aFieldThatWasLeftOutIsNamedWithItsPlace() throws IOException {
    assertThat(dropped("{'a':[{'b':1,'typo':'x'}]}", "{'a':[{'b':1}]}", 20))
        .containsExactly("a[0].typo: nothing (expected: \"x\", as it was sent)");
  }

  @Test
  void aValueThatWasChangedIsNamed() throws IOException {
    assertThat(dropped("{'a':'0.5'}", "{'a':'500m'}", 20))
        .containsExactly("a: \"500m\" (expected: \"0.5\", as it was sent)");
  }

  @Test
  void aListThatWasCutIsNamed() throws IOException {
    assertThat(dropped("{'a':[1,2]}", "{'a':[1]}", 20))
        .containsExactly("a: [1] (expected: [1,2], as it was sent)");
  }

  @Test
  void onlyAServerThatIsOldEnoughMayNotKnowNativeSidecars() throws IOException {
    String sent = "{'spec':{'initContainers':[{'name':'a','restartPolicy':'Always'}]}}";
    String stored = "{'spec':{'initContainers':[{'name':'a'}]}}";

    assertThat(dropped(sent, stored, 20)).isEmpty();
    assertThat(dropped(sent, stored, 29)).hasSize(1);
  }

  private static List<String> dropped(String sent, String stored, int minor) throws IOException {
    return DroppedFields.of(json(sent), json(stored), minor);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
