package io.containerpatterns.elector.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.chassis.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceTokenTest {
  @TempDir Path folder;
  private final ManualTicker ticker = new ManualTicker();

  @Test
  void aReplacedTokenIsNoticedWithinHalfAMinuteAndACall() throws IOException {
    ServiceToken token = ServiceToken.read(write("first\n"), ticker);
    write("second\n");
    assertThat(token.current()).isEqualTo("first");

    ticker.advance(Duration.ofSeconds(31));

    Await.until("the second one", () -> token.current().equals("second"));
  }

  @Test
  void itIsReadAtOnceWhenAsked() throws Exception {
    ServiceToken token = ServiceToken.read(write("first"), ticker);
    write("second");

    assertThat(token.reread().get(20, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(token.current()).isEqualTo("second");
  }

  @Test
  void theLastOneStaysWhereTheFileIsGone() throws Exception {
    Path file = write("first");
    ServiceToken token = ServiceToken.read(file, ticker);
    Files.delete(file);

    assertThat(token.reread().get(20, TimeUnit.SECONDS)).isEqualTo("first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two words", "header\r\nX: y"})
  void whatIsNoTokenIsRefused(String contents) throws IOException {
    Path file = write(contents);

    assertThatThrownBy(() -> ServiceToken.read(file, ticker))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "ELECTOR_KUBERNETES_TOKEN_FILE: \""
                + (file.toString().length() <= 80 ? file : file.toString().substring(0, 80) + "...")
                + "\" (expected: a file with a bearer token: it holds no token); in a pod set"
                + " automountServiceAccountToken, elsewhere name the file");
  }

  private Path write(String contents) throws IOException {
    return Files.writeString(folder.resolve("token"), contents);
  }
}
