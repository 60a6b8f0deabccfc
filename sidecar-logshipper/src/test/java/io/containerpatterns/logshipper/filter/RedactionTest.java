package io.containerpatterns.logshipper.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.filter.Redaction.Preset;
import io.containerpatterns.logshipper.parse.Format;
import io.containerpatterns.logshipper.parse.Parser;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
  private static final Set<Preset> ALL = EnumSet.allOf(Preset.class);
  private static final String JWT =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

  private final Redaction all = new Redaction(ALL, List.of(), "***");

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          card 4111111111111111.                ~ card ***.
          4111 1111 1111 1111 12/27             ~ *** 12/27
          n=3782-822463-10005,                  ~ n=***,
          6011000990139424 5555555555554444     ~ *** ***
          to a.b+c@mail.example.com: no         ~ to ***: no
          <bob@example.org>                     ~ <***>
          Authorization: Bearer abc.def-123     ~ Authorization: Bearer ***
          authorization=basic dXNlcjpwYXNzMQ==  ~ authorization=basic ***
          key AKIAIOSFODNN7EXAMPLE used         ~ key *** used
          password=hunter2 user=bob             ~ password=*** user=bob
          password="two words" user=bob         ~ password="***" user=bob
          {"password":"a\\"b","x":1}            ~ {"password":"***","x":1}
          DB_PASSWORD: x                        ~ DB_PASSWORD: ***
          ?api_key=0123456789abcdef&x=1         ~ ?api_key=***&x=1
          client_secret = 'abcdefghij'          ~ client_secret = '***'
          """)
  void aSecretIsReplacedAndNothingElse(String text, String expected) {
    assertThat(redacted(all, text)).isEqualTo(expected);
  }

  @Test
  void tokensAreKnownByTheirForm() {
    String hub = "ghp_" + "a1B2".repeat(9);
    String pat = "github_pat_" + "a1B2_".repeat(9);
    String slack = "xoxb" + "-123456789012-abcdefghijkl";

    for (String token : List.of(JWT, hub, pat, slack)) {
      assertThat(redacted(all, "a " + token + " b")).as(token).isEqualTo("a *** b");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111112",
        "1795613400123456789",
        "17956134001234",
        "2026-11-25-13-29-12-983",
        "0.4111111111111111",
        "x4111111111111111",
        "4111111111111111x",
        "41111111111111110000000",
        "id 4d4 411 1111",
        "a@b",
        "@example.com",
        "a@.com",
        "user@localhost",
        "5 @ 3.20",
        "token=abc",
        "tokens=12345678",
        "max tokens: 12345678",
        "basic authentication",
        "bearer of",
        "password=***",
        "AKIAIOSFODNN7EXAMPLEX",
        "eyJhbGciOiJIUzI1NiJ9",
        "ghp_short",
        "the password was wrong",
        ""
      })
  void whatIsNoSecretStays(String text) {
    var event = Made.event(text);
    byte[] before = event.bytes();

    all.pass(event);

    assertThat(event.bytes()).isSameAs(before);
    assertThat(Made.text(event)).isEqualTo(text);
  }

  @Test
  void onlyWhatIsAskedForIsReplaced() {
    var emails = new Redaction(EnumSet.of(Preset.EMAILS), List.of(), "[gone]");

    assertThat(redacted(emails, "4111111111111111 a@b.com password=x"))
        .isEqualTo("4111111111111111 [gone] password=x");
  }

  @Test
  void ownPatternsAreReplacedEverywhereInAnyText() {
    var own = new Redaction(Set.of(), List.of(Pattern.compile("ü+"), Pattern.compile("x*")), "***");

    assertThat(redacted(own, "aüüb😀üxxc")).isEqualTo("a***b😀******c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          a         ~ "mail b@c.org"                   ~ "mail ***"
          a         ~ 4111111111111111                 ~ "***"
          a         ~ {"b@c.de":[1,4111111111111111]}  ~ {"***":[1,"***"]}
          a         ~ "x\\n\\u0062@c.org\\t"           ~ "x\\n***\\t"
          a         ~ {"x":{"password":"p"},"y":true}  ~ {"x":{"password":"***"},"y":true}
          api_key   ~ "0123456789"                     ~ "***"
          password  ~ 7                                ~ "***"
          password  ~ null                             ~ null
          password  ~ ""                               ~ ""
          a         ~ {"b":"c d","n":-1.5e3}           ~ {"b":"c d","n":-1.5e3}
          """)
  void aValueOfJsonStaysJson(String name, String value, String expected) {
    var event = Made.event(name, value, true);

    all.pass(event);

    assertThat(Made.value(event, 0)).isEqualTo(expected);
  }

  @Test
  void aReplacementIsEscapedInJson() {
    var quote = new Redaction(ALL, List.of(), "\"");
    var event = Made.event("a", "{\"m\":\"a@b.org\"}", true);

    quote.pass(event);

    assertThat(Made.value(event, 0)).isEqualTo("{\"m\":\"\\\"\"}");
  }

  @Test
  void aValueOfTextIsReplacedByItsNameOrByWhatStandsInIt() {
    var byName = Made.event("db_password", "x", false);
    var byForm = Made.event("to", "a@b.org", false);

    all.pass(byName);
    all.pass(byForm);

    assertThat(Made.value(byName, 0)).isEqualTo("***");
    assertThat(Made.value(byForm, 0)).isEqualTo("***");
  }

  @Test
  void noBytesMakeItThrowAndJsonStaysJson() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var jackson = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    var filter = new Redaction(ALL, List.of(Pattern.compile("[^a-f]{2}")), "**\"*");
    String[] pieces = {
      "4111111111111111",
      "4111 1111 1111 1111",
      "a@b.org",
      JWT,
      "password",
      "\"",
      "\\",
      ":",
      "=",
      " ",
      "{",
      "}",
      "[",
      "]",
      ",",
      "-1.5e3",
      "Bearer abcdefgh1",
      "xoxb-",
      "ghp_",
      "AKIA",
      "\\u0040",
      "ü",
      "😀",
      "true",
      "\"k\":",
      "\"v\"",
      "\\n"
    };
    int valid = 0;
    for (int round = 0; round < 60_000; round++) {
      var text = new StringBuilder(round % 2 == 0 ? "{\"a\":" : "{\"a\":\"");
      for (int i = random.nextInt(6); i > 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] b =
          text.append(round % 2 == 0 ? "}" : "\"}").toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(4) == 0) {
        b[random.nextInt(b.length)] = (byte) random.nextInt(256);
      }
      var event = new Event(new Origin("/a", List.of()));
      event.begin(b, 0, b.length, 0, b.length, false);
      Parser.of(Format.JSON).parse(event);

      filter.pass(event);

      var fields = event.fields();
      for (int i = 0; i < fields.count(); i++) {
        int start = fields.valueStart(i);
        assertThat(jackson.readTree(fields.valueBytes(i), start, fields.valueEnd(i) - start))
            .as("seed %d", seed)
            .isNotNull();
        valid++;
      }
    }
    assertThat(valid).isGreaterThan(5_000);
  }

  @Test
  void itMakesNoObject() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] b =
        "to a@b.org {\"password\":\"x\"} 4111111111111111 and much that is no secret, 2026-11-25T13:29:12"
            .getBytes(StandardCharsets.UTF_8);
    var event = new Event(new Origin("/a", List.of()));
    passAll(event, b, 10);

    long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    passAll(event, b, 1_000);
    long after = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());

    // Asking takes some bytes too.
    assertThat(after - before).isLessThan(1_000);
  }

  private void passAll(Event event, byte[] b, int rounds) {
    for (int round = 0; round < rounds; round++) {
      event.begin(b, 0, b.length, 0, b.length, false);
      all.pass(event);
    }
  }

  private static String redacted(Redaction redaction, String text) {
    var event = Made.event(text);
    assertThat(redaction.pass(event)).isTrue();
    return Made.text(event);
  }
}
