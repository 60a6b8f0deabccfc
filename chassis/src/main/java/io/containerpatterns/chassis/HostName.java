package io.containerpatterns.chassis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine, which in a pod is the name of the pod. */
public final class HostName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /**
   * As the kernel tells it: no name server is asked, because one that is slow would hold up the
   * start.
   */
  public static String ours() {
    try {
      return Files.readString(KERNEL).strip();
    } catch (IOException notLinux) {
      return byResolver();
    }
  }

  private static String byResolver() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
