package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CheckpointsTest {
  private final ManualTicker ticker = new ManualTicker();
  private byte[] state = {1, 2, 3};

  @Test
  void equalStatesHaveEqualIds() throws Exception {
    Checkpoints checkpoints = checkpoints();

    String first = checkpoints.save().id();
    String second = checkpoints.save().id();
    state = new byte[] {4};

    assertThat(second).isEqualTo(first).hasSize(32);
    assertThat(checkpoints.save().id()).isNotEqualTo(first);
  }

  @Test
  void theLastSavedStateIsKeptToBeFetched() throws Exception {
    Checkpoints checkpoints = checkpoints();
    assertThat(checkpoints.fetch()).isEmpty();

    checkpoints.save();

    assertThat(checkpoints.awaitFetch(Duration.ZERO)).isFalse();
    assertThat(checkpoints.fetch().orElseThrow().bytes()).containsExactly(1, 2, 3);
    assertThat(checkpoints.awaitFetch(Duration.ZERO)).isTrue();
  }

  @Test
  void olderFormatsAreTakenBackAndNewerOnesRefused() throws Exception {
    Checkpoints checkpoints = checkpoints();

    checkpoints.restore(1, new byte[] {9});

    assertThat(state).containsExactly(9);
    assertThatThrownBy(() -> checkpoints.restore(3, new byte[] {8}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("format 3 is not one of 1 to 2; use the version that wrote it, or a later one");
    assertThat(state).containsExactly(9);
  }

  @Test
  void anImageWithoutStateSaysSo() {
    assertThat(new Checkpoints(Optional.empty(), ticker.clock()).supported()).isFalse();
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(
        Optional.of(
            new Service.Checkpoint() {
              @Override
              public int format() {
                return 2;
              }

              @Override
              public byte[] save() {
                return state;
              }

              @Override
              public void restore(int format, byte[] next) {
                state = next;
              }
            }),
        ticker.clock());
  }
}
