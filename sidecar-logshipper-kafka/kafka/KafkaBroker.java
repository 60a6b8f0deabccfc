import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka of one node on loopback, for as long as its standard input is open: {@code folder port
 * [property=value]...}. Says {@code listening on <port>} when it takes records. Started again in
 * the same folder it goes on with what it had. A program of its own, started from this file,
 * because the jars of the broker are no company for ours.
 */
public final class KafkaBroker {
  private static final Logger LOG = Logger.getLogger("");

  public static void main(String[] args) throws Exception {
    LOG.setLevel(Level.WARNING);
    Path folder = Files.createDirectories(Path.of(args[0]));
    Path file = properties(folder, args);
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    if (!Files.exists(folder.resolve("data").resolve("meta.properties"))) {
      format(file);
    }
    var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
    System.out.println("listening on " + args[1]);
    while (System.in.read() >= 0) {
      // Until whoever started this ends, in whatever way.
    }
    Runtime.getRuntime().halt(0); // Nothing of it is kept, so nothing has to be closed.
  }

  private static Path properties(Path folder, String[] args) throws IOException {
    String plain = "PLAINTEXT://127.0.0.1:" + args[1];
    int controller = freePort();
    var properties = new Properties();
    properties.setProperty("node.id", "1");
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controller);
    properties.setProperty("controller.listener.names", "CONTROLLER");
    properties.setProperty(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL");
    properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
    properties.setProperty("listeners", plain + ",CONTROLLER://127.0.0.1:" + controller);
    properties.setProperty("advertised.listeners", plain);
    properties.setProperty("log.dirs", folder.resolve("data").toString());
    properties.setProperty("offsets.topic.replication.factor", "1");
    properties.setProperty("offsets.topic.num.partitions", "1");
    properties.setProperty("num.network.threads", "2");
    properties.setProperty("num.io.threads", "2");
    // Killed and started again it is let in when its last life has timed out; on a busy machine
    // a shorter time would end the living one.
    properties.setProperty("broker.session.timeout.ms", "6000");
    properties.setProperty("broker.heartbeat.interval.ms", "1000");
    properties.setProperty("group.initial.rebalance.delay.ms", "0");
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      String name = args[i].substring(0, equals);
      String value = args[i].substring(equals + 1);
      if (name.equals("listener")) {
        // One more, whose protocol is its name.
        properties.setProperty("listeners", properties.getProperty("listeners") + "," + value);
        properties.setProperty(
            "advertised.listeners", properties.getProperty("advertised.listeners") + "," + value);
      } else {
        properties.setProperty(name, value);
      }
    }
    Path file = folder.resolve("broker.properties");
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  private static void format(Path properties) {
    var silent = new PrintStream(OutputStream.nullOutputStream());
    String[] format = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", properties.toString()
    };
    if (StorageTool.execute(format, silent) != 0) {
      throw new IllegalStateException(properties + " was not formatted");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
