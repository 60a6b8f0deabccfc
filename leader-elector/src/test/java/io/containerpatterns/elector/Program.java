package io.containerpatterns.elector;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What starts an elector: a JVM and all of its arguments, up to the command line of the elector.
 *
 * @param name what it is called in a table
 */
record Program(String name, List<String> command) {
  private static final Path ROOT =
      Path.of(System.getProperty("containerpatterns.root", "..")).toAbsolutePath().normalize();

  /** The java of the image, where {@code docker/build} has left it. */
  static final Path IMAGE_JAVA = ROOT.resolve("docker/target/runtime/opt/java/bin/java");

  private static final Path IMAGE_APP = ROOT.resolve("leader-elector/target/image/app");

  /** The classes as they were compiled for the tests, on the JDK that runs us. */
  static final Program CLASSES =
      new Program(
          "a plain JVM",
          List.of(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-Xmx64m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName()));

  Program {
    command = List.copyOf(command);
  }

  /**
   * As a container runs it, with the image's runtime, jars and AOT cache; where {@code
   * docker/build} has not made them, the classes on a plain JVM. The image may be older than the
   * classes.
   */
  static Program asUsersDo() {
    Path cache = IMAGE_APP.resolve("leader-elector.aot");
    if (!Files.isExecutable(IMAGE_JAVA) || !Files.exists(cache)) {
      return CLASSES;
    }
    return new Program(
        "the image's runtime with its AOT cache",
        List.of(
            IMAGE_JAVA.toString(),
            // The image's own path begins at its root.
            "-Djava.library.path=" + IMAGE_APP.resolve("native"),
            "-Xmx16m",
            "-XX:AOTCache=" + cache,
            "-jar",
            IMAGE_APP.resolve("leader-elector.jar").toString()));
  }
}
