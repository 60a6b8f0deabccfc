package io.containerpatterns.chassis;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.Lifecycle.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Answers the three questions of an orchestrator. They differ in what a wrong answer costs: a false
 * "not live" kills the process, a false "not ready" takes its traffic away.
 */
public final class Probes {
  private final Lifecycle lifecycle;
  private final List<Supplier<List<Check>>> abilities = new CopyOnWriteArrayList<>();
  private final List<Supplier<Check>> vitals = new CopyOnWriteArrayList<>();

  Probes(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /**
   * An answer with its reasons.
   *
   * @param yes 200 or 503
   * @param state where the process stands
   * @param checks everything that was looked at
   */
  public record Answer(boolean yes, State state, List<Check> checks) {
    /** Why the answer is no, one sentence each; empty when it is yes. */
    public List<String> reasons() {
      List<String> reasons = new ArrayList<>();
      if (!yes) {
        for (Check check : checks) {
          if (check.health() instanceof Health.Down(String reason)) {
            reasons.add(check.name() + ": " + reason);
          }
        }
        if (reasons.isEmpty()) {
          reasons.add("state: " + state);
        }
      }
      return List.copyOf(reasons);
    }
  }

  /** Adds checks of our own ability; {@code checks} must answer at once. */
  public void ability(Supplier<List<Check>> checks) {
    abilities.add(checks);
  }

  /**
   * Adds a check that is Down only when a restart would help, such as an event loop that has stood
   * still.
   */
  public void vital(Supplier<Check> check) {
    vitals.add(check);
  }

  /** Would a restart help? Then the answer is no. */
  public Answer live() {
    List<Check> checks = new ArrayList<>();
    for (Supplier<Check> vital : vitals) {
      checks.add(vital.get());
    }
    return new Answer(!anyDown(checks), lifecycle.state(), List.copyOf(checks));
  }

  /**
   * Should we be sent work? Only when at work and able to; a dead upstream does not matter here.
   */
  public Answer ready() {
    List<Check> checks = new ArrayList<>();
    for (Supplier<List<Check>> ability : abilities) {
      checks.addAll(ability.get());
    }
    State state = lifecycle.state();
    return new Answer(state == State.READY && !anyDown(checks), state, List.copyOf(checks));
  }

  /** Has the start been completed? Stays yes from then on. */
  public Answer started() {
    Status status = lifecycle.status();
    return new Answer(status.started(), status.state(), List.of());
  }

  private static boolean anyDown(List<Check> checks) {
    for (Check check : checks) {
      if (check.health() instanceof Health.Down) {
        return true;
      }
    }
    return false;
  }
}
