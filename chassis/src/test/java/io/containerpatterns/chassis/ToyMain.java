package io.containerpatterns.chassis;

/** The toy as a process of its own, for what only a process shows: signals, exit status, a port. */
final class ToyMain {
  private ToyMain() {}

  public static void main(String[] args) {
    Container.run(ToyImage.with((config, chassis) -> new ToyService()), args);
  }
}
