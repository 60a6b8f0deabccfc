package io.containerpatterns.chassis;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The toy as a process of its own, for what only a process shows: signals and exit status. */
final class ToyMain {
  private ToyMain() {}

  public static void main(String[] args) {
    var image = ToyImage.with((config, chassis) -> new ToyService());
    var host =
        new Host(
            System.getenv(),
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
            new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8),
            Signals::on,
            code -> Runtime.getRuntime().halt(code.status()),
            Ticker.system(),
            InstantSource.system());
    System.exit(new Container<>(image, host, managed -> new NoPort()).run(args).status());
  }

  /** Listens on nothing. */
  private static final class NoPort implements ManagementPort {
    @Override
    public InetSocketAddress address() {
      return InetSocketAddress.createUnresolved("nowhere", 1);
    }

    @Override
    public void close() {}
  }
}
