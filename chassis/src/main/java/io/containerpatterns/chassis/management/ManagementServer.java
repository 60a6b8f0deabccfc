package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.Managed;
import java.io.IOException;
import java.net.InetSocketAddress;

/** To be written in branch http: the management port. This file only fixes what {@code Container} calls. */
public final class ManagementServer {
  /**
   * Binds and answers from then on.
   *
   * @throws java.net.BindException when the address is in use or not ours
   */
  public static ManagementServer start(Managed managed) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The address it is bound to. */
  public InetSocketAddress address() {
    throw new UnsupportedOperationException();
  }

  /** Closes it, after answers under way were sent. */
  public void close() {}
}
