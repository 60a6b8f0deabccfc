package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {
  @Test
  void parametersAreReadByType() {
    Request request = get("/x?wait=30s&limit=7&follow&verbose=true&level=WARN&name=a%20b+c");

    assertThat(request.duration("wait", Duration.ZERO, Duration.ofSeconds(60)))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(request.number("limit", 1, 0, 10)).isEqualTo(7);
    assertThat(request.flag("follow")).isTrue();
    assertThat(request.flag("verbose")).isTrue();
    assertThat(request.choice("level", "info", List.of("info", "warn"))).isEqualTo("warn");
    assertThat(request.query("name")).contains("a b c");
  }

  @Test
  void anAbsentParameterIsItsFallback() {
    Request request = get("/x");

    assertThat(request.duration("wait", Duration.ofSeconds(1), Duration.ofSeconds(60)))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(request.number("limit", 5, 0, 10)).isEqualTo(5);
    assertThat(request.flag("follow")).isFalse();
    assertThat(request.query("name")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=30 | ?wait: \"30\" (expected: a duration such as 30s, at most 1m); leave it out for"
            + " 0s",
        "wait=61s | ?wait: \"61s\" (expected: a duration such as 30s, at most 1m); leave it out for"
            + " 0s",
        "wait=99999999999999999999h | ?wait: \"99999999999999999999h\" (expected: a duration such"
            + " as 30s, at most 1m); leave it out for 0s",
      })
  void aWrongDurationIsToldInOneSentence(String query, String sentence) {
    assertRefused(
        () -> get("/x?" + query).duration("wait", Duration.ZERO, Duration.ofMinutes(1)), sentence);
  }

  @Test
  void aWrongNumberIsToldInOneSentence() {
    assertRefused(
        () -> get("/x?limit=many").number("limit", 5, 0, 10),
        "?limit: \"many\" (expected: a whole number from 0 to 10); leave it out for 5");
    assertRefused(
        () -> get("/x?limit=11").number("limit", 5, 0, 10),
        "?limit: \"11\" (expected: a whole number from 0 to 10); leave it out for 5");
  }

  @Test
  void aWrongSwitchOrChoiceIsToldInOneSentence() {
    assertRefused(
        () -> get("/x?follow=yes").flag("follow"),
        "?follow: \"yes\" (expected: true or false); leave it out for false");
    assertRefused(
        () -> get("/x?level=loud").choice("level", "info", List.of("info", "warn")),
        "?level: \"loud\" (expected: one of info, warn); leave it out for info");
  }

  @Test
  void aParameterGivenTwiceIsRefused() {
    assertRefused(
        () -> get("/x?a=1&a=2").query("a"),
        "?a: \"2\" (expected: the parameter once); leave one of them out");
  }

  @Test
  void loopbackIsKnownByTheAddressOfThePeer() {
    assertThat(Requests.from("127.8.9.1", "GET", "/").fromLoopback()).isTrue();
    assertThat(Requests.from("::1", "GET", "/").fromLoopback()).isTrue();
    assertThat(Requests.from("::ffff:127.0.0.1", "GET", "/").fromLoopback()).isTrue();
    assertThat(Requests.from("10.0.0.1", "GET", "/", "X-Forwarded-For", "127.0.0.1").fromLoopback())
        .isFalse();
  }

  @Test
  void acceptNamesATypeInAnyCase() {
    Request request =
        Requests.from("::1", "GET", "/", "Accept", "text/html, Application/JSON;q=0.9");

    assertThat(request.accepts("application/json")).isTrue();
    assertThat(request.accepts("text/event-stream")).isFalse();
  }

  @Property
  void whateverWasEncodedIsDecoded(@ForAll @StringLength(max = 40) String text) {
    String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    String printable = wellFormed.replaceAll("[\\x00-\\x1f\\x7f]", "_");

    Request request = get("/x?v=" + URLEncoder.encode(printable, StandardCharsets.UTF_8));

    assertThat(request.query("v")).contains(printable);
  }

  @Property
  void noTargetDoesMoreThanBeRefused(@ForAll @StringLength(max = 60) String target) {
    try {
      Request request = get("/" + target);
      request.query("v");
      assertThat(request.path()).startsWith("/");
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(400);
    }
  }

  private static Request get(String target) {
    return Requests.from("127.0.0.1", "GET", target);
  }

  private static void assertRefused(Runnable read, String sentence) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
        .hasMessage(sentence);
  }
}
