package io.containerpatterns.chassis;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Writes down what is asked of it; a test overrides what should go differently. */
class ToyService implements Service<ToyImage.Config> {
  final List<String> calls = new CopyOnWriteArrayList<>();
  volatile List<Check> checks = List.of(Check.of("bear", Health.UP));

  @Override
  public void start() throws IOException, InterruptedException {
    calls.add("start");
  }

  @Override
  public List<Check> checks() {
    return checks;
  }

  @Override
  public Load load() {
    return Load.NONE;
  }

  @Override
  public void drain(Deadline deadline) throws InterruptedException {
    calls.add("drain");
  }

  @Override
  public void resume() {
    calls.add("resume");
  }

  @Override
  public Optional<String> close(Deadline deadline) throws InterruptedException {
    calls.add("close");
    return Optional.empty();
  }

  @Override
  public void reload(ToyImage.Config next) {
    calls.add("reload " + next.pause());
  }

  @Override
  public void priority(int priority) {
    calls.add("priority " + priority);
  }

  /** Waits until somebody interrupts. */
  static void forever() throws InterruptedException {
    new CountDownLatch(1).await();
  }
}
