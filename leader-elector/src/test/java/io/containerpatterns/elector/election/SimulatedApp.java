package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The application beside an elector. It keeps the rule of the README: having asked, it counts
 * {@code validForMillis} from before the question on a clock that runs on in suspension, and sends
 * the token with each write. Some are told of a loss and acknowledge only after they stopped,
 * others know nothing but what they asked. It outlives a crash of the elector.
 */
final class SimulatedApp implements Hooks {
  private final Simulation world;
  private final SimulatedNode node;
  private final boolean hooked;
  private final boolean gates;
  private boolean retired;
  private long token;
  private long until;

  SimulatedApp(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
    this.hooked = world.random.nextInt(3) > 0;
    this.gates = hooked && world.random.nextInt(3) == 0;
  }

  /**
   * Asks the elector, and if that says so writes to the register, often a little and at times far
   * too late.
   */
  void work() {
    Status answer = retired ? null : node.ask();
    if (answer == null || !answer.leader()) {
      return;
    }
    world.trace.add(
        node.name, "may lead for ms", answer.validForMillis(), hooked ? "until told" : "");
    token = answer.token();
    until = node.clocks.bootNanos() + answer.validForMillis() * 1_000_000;
    double share = world.random.nextDouble();
    long pause = (long) (Math.pow(share, 8) * 4 * world.leaseNanos);
    long sent = answer.token();
    world.time.after(pause, () -> world.judge.written(node, sent, world.register.write(sent)));
  }

  /** Stops acting as leader, because it wishes to resign or ends together with its elector. */
  void retire() {
    retired = true;
    token = 0;
  }

  /** Acts again on what the elector says. */
  void returns() {
    retired = false;
  }

  /** Whether it acts as leader at this instant, by the last answer that it got. */
  boolean believes() {
    return token != 0 && until - node.clocks.bootNanos() > 0;
  }

  long token() {
    return token;
  }

  @Override
  public boolean gates() {
    return gates;
  }

  @Override
  public boolean confirmsLoss() {
    return hooked;
  }

  @Override
  public CompletionStage<Boolean> acquired(String election, long token) {
    return acknowledge(() -> {});
  }

  @Override
  public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
    return acknowledge(() -> {
      if (this.token <= token) {
        this.token = 0;
      }
    });
  }

  /**
   * Does what it was told and says so, at once or after a while; or fails to, and the elector hears
   * that.
   */
  private CompletionStage<Boolean> acknowledge(Runnable done) {
    if (!hooked) {
      return CompletableFuture.completedStage(true);
    }
    var answer = new CompletableFuture<Boolean>();
    SimulatedNode.Process asking = node.process();
    boolean obeys = world.random.nextInt(8) > 0;
    long within = world.random.nextInt(8) > 0 ? world.leaseNanos / 20 : 2 * world.leaseNanos;
    world.time.after(
        world.random.nextLong(within),
        () -> {
          if (obeys) {
            done.run();
          }
          node.disturb();
          if (asking != null) {
            asking.arrive(() -> answer.complete(obeys));
          }
        });
    return answer;
  }
}
