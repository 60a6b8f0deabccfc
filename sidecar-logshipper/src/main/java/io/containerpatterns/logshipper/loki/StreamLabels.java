package io.containerpatterns.logshipper.loki;

import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * The labels of each file's stream in the form of one protocol, made once for a file. Confined to
 * one thread.
 *
 * <pre>
 *   protobuf   {app="shop", filename="/logs/app.log"}
 *   JSON       {"app":"shop","filename":"/logs/app.log"}
 * </pre>
 */
final class StreamLabels {
  private static final String FILENAME = "filename";

  private final Function<Origin, byte[]> form;
  // By identity, which is all that an origin has; gone with the file.
  private final WeakHashMap<Origin, byte[]> made = new WeakHashMap<>();

  private StreamLabels(Function<Origin, byte[]> form) {
    this.form = form;
  }

  /** As the text of a selector. */
  static StreamLabels selectors() {
    return new StreamLabels(origin -> written(origin, " ", "="));
  }

  /** As an object of JSON. */
  static StreamLabels json() {
    return new StreamLabels(origin -> written(origin, "", ":"));
  }

  /** Not to be changed. */
  byte[] of(Origin origin) {
    byte[] known = made.get(origin);
    return known == null ? add(origin) : known;
  }

  private byte[] add(Origin origin) {
    byte[] labels = form.apply(origin);
    made.put(origin, labels);
    return labels;
  }

  private static byte[] written(Origin origin, String between, String is) {
    var to = new Sink(128);
    boolean json = is.equals(":");
    String separator = "{";
    for (Map.Entry<String, String> label : labels(origin).entrySet()) {
      put(separator, to);
      separator = "," + between;
      put(json ? "\"" + label.getKey() + "\"" : label.getKey(), to);
      put(is, to);
      // The escapes of JSON are among those of a selector, which are those of Go.
      byte[] value = label.getValue().getBytes(StandardCharsets.UTF_8);
      JsonString.write(value, 0, value.length, to);
    }
    to.put('}');
    return Arrays.copyOf(to.array(), to.length());
  }

  /** Under names that Loki takes; the first of several that become the same is kept. */
  private static Map<String, String> labels(Origin origin) {
    var labels = new LinkedHashMap<String, String>();
    for (Origin.Label label : origin.labels()) {
      if (!label.value().isEmpty()) {
        labels.putIfAbsent(name(label.name()), label.value());
      }
    }
    labels.putIfAbsent(FILENAME, origin.path());
    return labels;
  }

  private static String name(String given) {
    byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
    var to = new Sink(bytes.length + 1);
    MetadataName.write(bytes, 0, bytes.length, to);
    return new String(to.array(), 0, to.length(), StandardCharsets.US_ASCII);
  }

  private static void put(String ascii, Sink to) {
    to.put(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
