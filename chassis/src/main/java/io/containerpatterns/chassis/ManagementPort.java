package io.containerpatterns.chassis;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The management port while it is open. */
interface ManagementPort {
  /** The address it is bound to. */
  InetSocketAddress address();

  /** Closes it, after answers under way were sent. */
  void close();

  /** Opens the port. */
  @FunctionalInterface
  interface Opening {
    /** Binds and answers from then on. */
    ManagementPort open(Managed managed) throws IOException;
  }
}
