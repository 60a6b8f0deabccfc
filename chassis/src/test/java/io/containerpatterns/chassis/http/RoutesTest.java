package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
  private static final HttpHandler NOTHING = (request, exchange) -> {};

  private final Routes routes =
      Routes.of(
          List.of(
              Route.get("/", NOTHING),
              Route.get("/v1/elections", NOTHING),
              Route.get("/v1/elections/{election}", NOTHING),
              Route.put("/v1/elections/{election}", NOTHING),
              Route.get("/v1/elections/{election}/{view}", NOTHING),
              Route.get("/v1/drain", NOTHING)));

  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/v1/elections, /v1/elections, ''",
    "/v1/elections/orders, /v1/elections/{election}, election=orders",
    "/v1/elections/a%2Fb, /v1/elections/{election}, election=a/b",
    "/v1/elections/caf%C3%A9, /v1/elections/{election}, election=café",
    "/v1/elections/orders/watch, /v1/elections/{election}/{view}, election=orders view=watch",
    "/%76%31/drain, /v1/drain, ''"
  })
  void aPathFindsItsRouteAndItsVariables(String path, String pattern, String variables) {
    Routes.Match match = routes.find("GET", Target.parse(path));

    assertThat(match.route().pattern()).isEqualTo(pattern);
    var shown = new StringBuilder();
    for (int i = 0; i < match.variables().size(); i += 2) {
      shown
          .append(' ')
          .append(match.variables().get(i))
          .append('=')
          .append(match.variables().get(i + 1));
    }
    assertThat(shown.toString().strip()).isEqualTo(variables);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1",
    "/v1/",
    "/v1/elections/",
    "/v1/elections/a/b/c",
    "/V1/elections",
    "//",
    "/v1/elections/a/"
  })
  void aPathThatIsNotOursIsNotFound(String path) {
    assertThatThrownBy(() -> routes.find("GET", Target.parse(path)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
  }

  @Test
  void headIsServedByGet() {
    assertThat(routes.find("HEAD", Target.parse("/")).route().method()).isEqualTo("GET");
  }

  @Test
  void allowNamesEveryMethodOfThePath() {
    assertThatThrownBy(() -> routes.find("POST", Target.parse("/v1/elections/orders")))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reply().header("Allow")).contains("GET, HEAD, PUT"))
        .hasMessage("/v1/elections/orders does not take POST; use GET, HEAD, PUT");
  }

  @Test
  void aHintReplacesTheListOfPaths() {
    assertThatThrownBy(() -> routes.hint("GET / lists them").find("GET", Target.parse("/x")))
        .hasMessage("nothing is at /x; GET / lists them");
  }

  @Test
  void twoRoutesForOneMethodAndPathAreAMistake() {
    assertThatThrownBy(() -> Routes.of(List.of(Route.get("/a", NOTHING), Route.get("/a", NOTHING))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two routes for GET /a");
  }
}
