package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {
  private final ManualTicker ticker = new ManualTicker();
  private final Deadline deadline = Deadline.in(Duration.ofSeconds(10), ticker);

  @Test
  void whatIsLeftShrinksToZeroAndStaysThere() {
    ticker.advance(Duration.ofSeconds(4));
    assertThat(deadline.left()).isEqualTo(Duration.ofSeconds(6));
    assertThat(deadline.passed()).isFalse();

    ticker.advance(Duration.ofSeconds(6));
    assertThat(deadline.passed()).isTrue();

    ticker.advance(Duration.ofSeconds(1));
    assertThat(deadline.left()).isZero();
  }

  @Test
  void theEarlierOfTwoCounts() {
    assertThat(deadline.atMost(Duration.ofSeconds(3)).left()).isEqualTo(Duration.ofSeconds(3));
    assertThat(deadline.atMost(Duration.ofSeconds(30))).isSameAs(deadline);
  }
}
