package io.containerpatterns.chassis;

/**
 * What was built, as the manifest of the chassis jar says; all jars of a release carry the same.
 *
 * @param number the release, or {@code dev} when the classes do not come from a jar
 * @param commit the commit it was built from; empty when the build did not say
 */
public record Version(String number, String commit) {
  /** The version of this process. */
  public static Version current() {
    String written = Version.class.getPackage().getImplementationVersion();
    return written == null ? new Version("dev", "") : parse(written);
  }

  /**
   * Reads {@code 0.1.0} or, with the commit as build metadata (semver.org, rule 10), {@code
   * 0.1.0+12ac5e0}.
   */
  static Version parse(String written) {
    int plus = written.indexOf('+');
    return plus < 0
        ? new Version(written, "")
        : new Version(written.substring(0, plus), written.substring(plus + 1));
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return commit.isEmpty() ? number : number + "+" + commit;
  }
}
