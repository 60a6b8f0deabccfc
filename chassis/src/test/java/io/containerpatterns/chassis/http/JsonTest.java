package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void everyKindOfValueIsWritten() {
    var map = new LinkedHashMap<String, Object>();
    map.put("text", "a\"b\u0001");
    map.put("whole", 7L);
    map.put("part", 0.5);
    map.put("endless", Double.POSITIVE_INFINITY);
    map.put("yes", true);
    map.put("list", List.of(1, "x"));
    map.put("none", null);

    assertThat(new String(Json.bytes(json -> Json.value(json, map)), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"text\":\"a\\\"b\\u0001\",\"whole\":7,\"part\":0.5,\"endless\":null,\"yes\":true,"
                + "\"list\":[1,\"x\"],\"none\":null}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "// c\n{}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":1,\"a\":2}",
        "[1,2",
        "\"a",
        "{\"a\":\"\u0001\"}",
        "nul"
      })
  void whatIsNotStrictJsonIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
        .hasMessageStartingWith("the body is not JSON at line ");
  }

  @Test
  void whatIsTooDeepIsRefused() {
    assertThatThrownBy(() -> Json.parse("[".repeat(33).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("the JSON in the body is beyond our limits: ");
  }

  @Test
  void nothingIsNotAValue() {
    assertThatThrownBy(() -> Json.parse(new byte[0]))
        .isInstanceOf(Refusal.class)
        .hasMessage("the body is empty (expected: one JSON value)");
  }

  @Property
  void noBytesDoMoreThanBeRefused(@ForAll byte[] bytes) {
    try {
      Json.parse(bytes);
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(400);
    }
  }

  @Test
  void membersAreReadByType() {
    JsonMembers members =
        members("{\"n\":3,\"t\":\"x\",\"b\":true,\"z\":null}", "n", "t", "b", "z", "absent");

    assertThat(members.number("n", 0, 3)).contains(3L);
    assertThat(members.text("t")).contains("x");
    assertThat(members.choice("t", List.of("x", "y"))).contains("x");
    assertThat(members.bool("b")).contains(true);
    assertThat(members.text("z")).isEmpty();
    assertThat(members.text("absent")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\":\"3\"} | n: \"3\" (expected: a whole number from 0 to 9); correct it or leave it"
            + " out",
        "{\"n\":10} | n: \"10\" (expected: a whole number from 0 to 9); correct it or leave it out",
        "{\"n\":1.5} | n: \"1.5\" (expected: a whole number from 0 to 9); correct it or leave it"
            + " out",
        "{\"n\":99999999999999999999} | n: \"99999999999999999999\" (expected: a whole number from"
            + " 0 to 9); correct it or leave it out",
        "{\"m\":1} | body: \"m\" (expected: one of n); correct the name or leave it out",
        "[1] | the body is a JSON array (expected: a JSON object)"
      })
  void aWrongMemberIsToldInOneSentence(String text, String sentence) {
    assertThatThrownBy(() -> members(text, "n").number("n", 0, 9))
        .isInstanceOf(Refusal.class)
        .hasMessage(sentence);
  }

  private static JsonMembers members(String text, String... known) {
    return JsonMembers.of(
        text.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(known, known.length));
  }
}
