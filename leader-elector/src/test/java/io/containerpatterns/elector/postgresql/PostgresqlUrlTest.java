package io.containerpatterns.elector.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.HostPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresqlUrlTest {
  @Test
  void theUrlIsTheOneThatPsqlTakes() {
    var url =
        PostgresqlUrl.parse(
            "postgresql://el%40ector@db:6543/lea%2Fses?sslmode=verify-full&sslrootcert=/etc/ca.crt");

    assertThat(url)
        .isEqualTo(
            new PostgresqlUrl(
                "el@ector",
                List.of(new HostPort("db", 6543)),
                "lea/ses",
                Map.of("sslmode", "verify-full", "sslrootcert", "/etc/ca.crt")));
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db:6543/lea%2Fses");
    assertThat(url).hasToString("el@ector@db:6543/lea/ses");
  }

  @Test
  void aHostWithoutAPortHasTheOneOfPostgresql() {
    assertThat(PostgresqlUrl.parse("postgres://elector@db/leases").hosts())
        .containsExactly(new HostPort("db", 5432));
    assertThat(PostgresqlUrl.parse("postgres://elector@[::1]/leases").hosts())
        .containsExactly(new HostPort("::1", 5432));
  }

  @Test
  void ofSeveralHostsThePrimaryIsMeant() {
    var url = PostgresqlUrl.parse("postgresql://elector@db-1,db-2:5433,[::1]:5434/leases");

    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db-1:5432,db-2:5433,[::1]:5434/leases");
    assertThat(url.properties())
        .isEqualTo(
            Map.of(
                "user", "elector",
                "ApplicationName", "leader-elector",
                "targetServerType", "primary"));
  }

  @Test
  void aParameterOfTheUrlComesBeforeOurs() {
    var url = PostgresqlUrl.parse("postgresql://elector@db/leases?ApplicationName=orders");

    assertThat(url.properties()).containsEntry("ApplicationName", "orders");
  }

  @Test
  void theRootsOfTheSystemAreThoseOfTheJdk() {
    var url = PostgresqlUrl.parse("postgresql://e@db/l?sslmode=verify-full&sslrootcert=system");

    assertThat(url.properties())
        .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
        .doesNotContainKey("sslrootcert");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db:5432/leases",
        "jdbc:postgresql://db/leases",
        "postgresql://db/leases",
        "postgresql://@db/leases",
        "postgresql://elector@/leases",
        "postgresql://elector@db",
        "postgresql://elector@db/",
        "postgresql://elector@db/a/b",
        "postgresql://elector@db:x/leases",
        "postgresql://elector@db,/leases",
        "postgresql://elector@d b/leases",
        "postgresql://elector@db/leases#x",
        "postgresql://elector@db/%zz"
      })
  void whatIsNoSuchUrlIsRefused(String text) {
    assertThatThrownBy(() -> PostgresqlUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslmod=require", "socketFactory=x", "sslmode", "=x", "user=root"})
  void aParameterThatMeansNothingHereIsRefused(String parameter) {
    assertThatThrownBy(() -> PostgresqlUrl.parse("postgresql://e@db/l?" + parameter))
        .hasMessage(
            "parameters of the form name=value, of ApplicationName, channelBinding, currentSchema,"
                + " sslcert, sslkey, sslmode, sslnegotiation, sslrootcert, targetServerType");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://elector:geheim@db/leases, postgresql://elector:***@db/leases",
    "postgresql://elector:ge/he?im@db:1/leases, postgresql://elector:***@db:1/leases",
    "postgresql://elector:ge@he@im@db/leases, postgresql://elector:***@db/leases",
    "postgresql://elector@db/leases?password=geheim, postgresql://elector@db/leases?password=***",
    "postgresql://e@db/l?a=b&sslpassword=geheim&c=d, postgresql://e@db/l?a=b&sslpassword=***&c=d",
    "postgresql://elector@db:5432/leases?ApplicationName=a@b, ''",
    "jdbc:postgresql://db/leases?user=elector&PASSWORD=geheim, "
        + "jdbc:postgresql://db/leases?user=elector&PASSWORD=***"
  })
  void aPasswordIsShownNowhereAndHasAPlaceOfItsOwn(String text, String shown) {
    assertThat(PostgresqlUrl.withoutPassword(text)).isEqualTo(shown.isEmpty() ? text : shown);
    if (!shown.isEmpty()) {
      assertThatThrownBy(() -> PostgresqlUrl.parse(text))
          .hasMessage(
              "a URL such as postgresql://elector@db:5432/leases?sslmode=verify-full, without a"
                  + " password: that stands in ELECTOR_POSTGRESQL_PASSWORD_FILE");
    }
  }
}
