package io.containerpatterns.chassis.http;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Serves {@link Routes} on one address. */
public final class HttpServer implements AutoCloseable {

  /** Begins to describe a server; {@code name} is its name in statistics and logs, such as {@code api}. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Where it listens, with the port that was bound when 0 was asked for. */
  public InetSocketAddress address() {
    throw new UnsupportedOperationException();
  }

  /** Accepts no new connection and lets each open one end with its next answer; complete when nothing is in flight. */
  public CompletionStage<Void> drain() {
    throw new UnsupportedOperationException();
  }

  /** Cuts what is still open and gives the port back. */
  @Override
  public void close() {}

  /** What a server is made of. */
  public static final class Builder {
    private final String name;

    private Builder(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }

    /** The address; port 0 takes any free one. */
    public Builder listen(InetSocketAddress address) {
      return this;
    }

    /** What it serves. */
    public Builder routes(Routes routes) {
      return this;
    }

    /** Other limits than {@link HttpLimits#DEFAULT}. */
    public Builder limits(HttpLimits limits) {
      return this;
    }

    /** Refuses foreign Host names with 421, except on routes for any host; without this every Host is accepted. */
    public Builder hosts(Hosts hosts) {
      return this;
    }

    /** Refuses with 403 whatever a web page sends: every request that carries an Origin. */
    public Builder refuseOrigin() {
      return this;
    }

    /** Where to count. */
    public Builder network(Network network) {
      return this;
    }

    /** Threads shared with others, which this server does not close; without this it has one of its own. */
    public Builder loops(EventLoops loops) {
      return this;
    }

    /**
     * Binds and serves.
     *
     * @throws BindException that names the address, when it is in use or not ours
     */
    public HttpServer start() throws BindException {
      throw new UnsupportedOperationException();
    }
  }
}
