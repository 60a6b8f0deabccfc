package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.Lifecycle.Step;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Status.LostReason;
import java.time.Instant;
import java.util.Optional;

/**
 * The life of a process as far as its API sees it; a drain and a resume reach the elections at
 * once.
 */
final class SteppedVerbs implements Verbs {
  private final Elections elections;
  private volatile State state = State.READY;

  SteppedVerbs(Elections elections) {
    this.elections = elections;
  }

  void state(State state) {
    this.state = state;
  }

  @Override
  public Step drain(String reason) {
    if (state == State.STARTING || state == State.STOPPING) {
      return new Step.Refused(
          status(reason), state == State.STARTING ? "still starting" : "already stopping");
    }
    state = State.DRAINING;
    elections.pauseAll(LostReason.PAUSED);
    return new Step.Taken(status(reason));
  }

  @Override
  public Step resume(String reason) {
    if (state == State.STARTING || state == State.STOPPING) {
      return new Step.Refused(status(reason), "stopping because of SIGTERM");
    }
    state = State.READY;
    elections.resumeAll();
    return new Step.Taken(status(reason));
  }

  @Override
  public State state() {
    return state;
  }

  private Lifecycle.Status status(String reason) {
    return new Lifecycle.Status(
        state,
        Instant.EPOCH,
        reason,
        Optional.empty(),
        state == State.STOPPING,
        state != State.STARTING,
        50);
  }
}
