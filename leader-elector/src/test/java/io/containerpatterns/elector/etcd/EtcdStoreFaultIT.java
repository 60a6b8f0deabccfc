package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.elector.FaultyStore;
import io.containerpatterns.elector.StoreFaultContract;
import io.containerpatterns.elector.lease.LeaseStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The electors over one etcd, a member alone: what ends it ends the service. */
final class EtcdStoreFaultIT extends StoreFaultContract {
  private static final String PREFIX = "/electors/";

  @Override
  protected FaultyStore store(Path folder) throws Exception {
    return new FaultyKey(EtcdServer.start(folder));
  }

  private record FaultyKey(EtcdServer process) implements FaultyStore {
    @Override
    public Optional<Server> server() {
      return Optional.of(new Member(process));
    }

    @Override
    public Map<String, String> settings(int port) {
      return Map.of(
          "ELECTOR_STORE",
          "etcd",
          "ELECTOR_ETCD_ENDPOINTS",
          "http://127.0.0.1:" + port,
          "ELECTOR_ETCD_PREFIX",
          PREFIX);
    }

    @Override
    public LeaseStore open() {
      return EtcdLeaseStore.open(
          EtcdStores.plain(PREFIX, process.endpoint()),
          EtcdStores.LEASE,
          EtcdStores.WITHIN,
          new Network(Ticker.system()),
          Ticker.system(),
          new Random(1),
          0);
    }

    @Override
    public void delete(String election) throws IOException, InterruptedException {
      process.delete(PREFIX + election);
    }

    @Override
    public void garble(String election) throws IOException, InterruptedException {
      process.put(PREFIX + election, "who wrote this?".getBytes(UTF_8));
    }

    @Override
    public void close() throws InterruptedException {
      process.close();
    }
  }

  private record Member(EtcdServer process) implements FaultyStore.Server {
    @Override
    public InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port());
    }

    /** By SIGKILL: what it answered it has to know again. */
    @Override
    public void stop() throws InterruptedException {
      process.kill();
    }

    @Override
    public void start() throws IOException, InterruptedException {
      process.startAgain();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
      process.pause();
    }

    @Override
    public void goOn() throws IOException, InterruptedException {
      process.resume();
    }
  }
}
