package io.containerpatterns.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What stands for {@code ${folder}} and for every other {@code ${name}} in a training file: an
 * empty folder, and a free port for each name, so that builds side by side do not meet.
 */
final class Places {
  private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z]+)}");

  private final Path parent;
  private final Map<String, String> values = new HashMap<>();
  // Kept open until the last name has its port, or two names could get the same one.
  private final List<ServerSocket> held = new ArrayList<>();

  /** Takes the folder in which to make {@code ${folder}}. */
  Places(Path parent) {
    this.parent = parent;
  }

  /** Says what stands for one name, before a file is filled. */
  void set(String name, String value) {
    values.put(name, value);
  }

  /** The folder that stands for {@code ${folder}}; made when nobody has asked for it yet. */
  Path folder() {
    return Path.of(value("folder"));
  }

  /** Returns the lines of the file, filled, without comments and empty ones. */
  List<String> fill(Path file) throws IOException {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> PLACE.matcher(line).replaceAll(match -> value(match.group(1))))
          .toList();
    } finally {
      for (var socket : held) {
        socket.close();
      }
      held.clear();
    }
  }

  private String value(String name) {
    return values.computeIfAbsent(name, n -> n.equals("folder") ? newFolder() : freePort());
  }

  private String newFolder() {
    try {
      return Files.createTempDirectory(parent, "training").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String freePort() {
    try {
      var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      return String.valueOf(socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
