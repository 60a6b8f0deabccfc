package io.containerpatterns.logshipper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A Kafka in a JVM of its own, from {@code kafka/KafkaBroker.java} and the jars in the folder that
 * the property {@code kafka.jars} names. It may be killed and started again. Ends with this
 * process, in whatever way it ends.
 */
final class Broker implements AutoCloseable {
  private static final String LISTENING = "listening on ";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Held, so that its level is not forgotten. */
  private static final Logger CLIENT = Logger.getLogger("org.apache.kafka");

  private final ObjectMapper jackson = new ObjectMapper();
  private final Path home;
  private final int port = freePort();
  private final List<String> properties;
  private Process process;

  /** One record as it stands in the topic. */
  record Stored(int partition, String key, JsonNode value) {
    String text() {
      return value.path("message").asText();
    }
  }

  /** Starts one with these properties beside those that it needs, and waits until it listens. */
  Broker(Path home, String... properties) throws IOException {
    CLIENT.setLevel(Level.WARNING);
    this.home = home;
    this.properties = List.of(properties);
    process = launch();
  }

  private Process launch() throws IOException {
    Path jars = Path.of(System.getProperty("kafka.jars", "target/kafka"));
    Path source = Path.of(System.getProperty("kafka.source", "kafka/KafkaBroker.java"));
    if (!Files.exists(jars) || !Files.exists(source)) {
      throw new IOException(
          jars.toAbsolutePath()
              + ": is missing (expected: the jars that kafka/pom.xml names); see there");
    }
    Path log = home.resolve("broker.log");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jars + "/*",
                source.toString(),
                home.resolve("broker").toString(),
                String.valueOf(port)));
    command.addAll(properties);
    Process started =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader said = started.inputReader();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(LISTENING)) {
        return started;
      }
    }
    throw new IOException("Kafka did not start: " + Files.readString(log));
  }

  /** A port that nobody listens on. */
  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Where it listens, without TLS and to anybody. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** Sends SIGKILL and waits for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again with what it had. */
  void startAgain() throws IOException {
    process = launch();
  }

  /** Asks it something that only those do who run it. */
  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address()));
  }

  /** Makes a topic of so many partitions; {@code settings} are names and values in turn. */
  void topic(String name, int partitions, String... settings) throws Exception {
    var configs = new HashMap<String, String>();
    for (int i = 0; i < settings.length; i += 2) {
      configs.put(settings[i], settings[i + 1]);
    }
    var topic = new NewTopic(name, partitions, (short) 1).configs(configs);
    try (Admin admin = admin()) {
      admin.createTopics(List.of(topic)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Everything that is in a topic, each partition from its beginning. */
  List<Stored> records(String topic) {
    var stored = new ArrayList<Stored>();
    try (var consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(200))) {
          stored.add(new Stored(each.partition(), each.key(), json(each.value())));
        }
      }
    }
    return stored;
  }

  /** Waits until there are so many. */
  void await(String topic, long records, Supplier<String> otherwise) {
    try (var consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      Await.until(
          otherwise,
          () ->
              consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum()
                  >= records);
    }
  }

  private KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", address(), "enable.auto.commit", false);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream().map(Broker::partition).toList();
  }

  private static TopicPartition partition(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  private JsonNode json(byte[] value) {
    try {
      return jackson.readTree(new String(value, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
