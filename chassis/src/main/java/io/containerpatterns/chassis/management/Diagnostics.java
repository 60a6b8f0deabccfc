package io.containerpatterns.chassis.management;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The commands of jcmd, given from inside: what the JVM tells about itself has no other way out.
 */
final class Diagnostics {
  private static final String BEAN = "com.sun.management:type=DiagnosticCommand";

  private Diagnostics() {}

  /**
   * The output of a command, named as its bean names it: {@code gcClassHistogram} for {@code
   * GC.class_histogram}.
   */
  static String run(String command, String... arguments) {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      Object output =
          server.invoke(
              new ObjectName(BEAN),
              command,
              new Object[] {arguments},
              new String[] {String[].class.getName()});
      return String.valueOf(output);
    } catch (JMException e) {
      throw new IllegalStateException("this JVM does not take the command " + command, e);
    }
  }
}
