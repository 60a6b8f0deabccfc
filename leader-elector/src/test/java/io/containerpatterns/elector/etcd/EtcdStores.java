package io.containerpatterns.elector.etcd;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Stores of one test, each as a process of its own would have it. */
final class EtcdStores implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(2);
  static final Duration WITHIN = Duration.ofSeconds(1);

  private final Network network = new Network(Ticker.system());
  private final List<EtcdLeaseStore> opened = new ArrayList<>();

  /** Access without user and TLS. */
  static EtcdAccess plain(String prefix, URI... endpoints) {
    return new EtcdAccess(
        List.of(endpoints),
        prefix,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same as a user. */
  static EtcdAccess as(EtcdAccess access, String user, Path passwordFile) {
    return new EtcdAccess(
        access.endpoints(),
        access.prefix(),
        Optional.of(user),
        Optional.of(passwordFile),
        access.authority(),
        access.certificate(),
        access.key());
  }

  /** Opens one whose first member is the first of the endpoints. */
  EtcdLeaseStore open(EtcdAccess access) {
    return open(access, LEASE, WITHIN);
  }

  EtcdLeaseStore open(EtcdAccess access, Duration longestLease, Duration within) {
    var store =
        EtcdLeaseStore.open(
            access, longestLease, within, network, Ticker.system(), new Random(1), 0);
    opened.add(store);
    return store;
  }

  /** How many messages went to etcd so far. */
  long callsMade() {
    return network.upstream(Gateway.UPSTREAM).snapshot().messagesOut();
  }

  @Override
  public void close() {
    opened.forEach(EtcdLeaseStore::close);
  }
}
