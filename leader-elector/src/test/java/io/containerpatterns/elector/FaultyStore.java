package io.containerpatterns.elector;

import io.containerpatterns.elector.lease.LeaseStore;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** A store as {@link StoreFaultContract} ill-treats it: empty at first, the test's own. */
public interface FaultyStore extends AutoCloseable {
  /** What serves it; nothing where electors need no network to reach it. */
  Optional<Server> server();

  /**
   * The settings of an elector, by name.
   *
   * @param port where the elector finds the server on 127.0.0.1; 0 without a server
   */
  Map<String, String> settings(int port);

  /** A handle like that of an elector, past all proxies, for somebody who writes by hand. */
  LeaseStore open() throws Exception;

  /** Removes the record as an operator would; somebody may be writing it at that moment. */
  void delete(String election) throws Exception;

  /** Puts something in the place of the record that is no lease. */
  void garble(String election) throws Exception;

  @Override
  void close() throws Exception;

  /** A process that holds the records, and keeps them while it is down. */
  interface Server {
    InetSocketAddress address();

    /** Ends it; returns when it has ended. */
    void stop() throws Exception;

    /** Starts it again where it was; returns when it answers. */
    void start() throws Exception;

    /** Lets all of it stand still, with its connections open. */
    void pause() throws Exception;

    /** Lets it go on. */
    void goOn() throws Exception;
  }
}
