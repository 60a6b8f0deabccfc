package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be right is told in a whole sentence at the start, and nothing else happens. */
final class StartIT {
  private static final String STORE = "http://127.0.0.1:9/logs";

  @TempDir Path folder;

  @Test
  void aStateDirectoryThatIsMissingIsToldWithTheRemedy() throws Exception {
    Path state = folder.resolve("missing");

    assertRefused(
        state,
        STORE,
        "LOGSHIPPER_STATE_DIR: \"%s\" (expected: a folder that exists); create it or mount a volume"
            + " there, writable for uid %s",
        state,
        uid());
  }

  @Test
  void aStateDirectoryThatIsAFileIsTold() throws Exception {
    Path state = Files.createFile(folder.resolve("file"));

    assertRefused(
        state, STORE, "LOGSHIPPER_STATE_DIR: \"%s\" (expected: a folder, not a file)", state);
  }

  @Test
  void aStateDirectoryThatMayNotBeWrittenIsToldWithItsOwner() throws Exception {
    assumeTrue(uid().equals(0), "a file system is mounted read-only, which only root may do");
    Path state = Files.createDirectory(folder.resolve("readonly"));
    run("mount", "-t", "tmpfs", "-o", "ro,size=64k,mode=755", "tmpfs", state.toString());
    try {
      assertRefused(
          state,
          STORE,
          "LOGSHIPPER_STATE_DIR: \"%s\" (expected: a folder that uid 0 can write to; it belongs to"
              + " uid 0, gid 0 with mode rwxr-xr-x); make it writable for uid 0, in a pod by"
              + " fsGroup, or mount it without readOnly",
          state);
    } finally {
      run("umount", state.toString());
    }
  }

  @Test
  void aSecondProcessOnTheSameStateIsRefusedAndTheFirstGoesOn() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var first = site.start(2, STORE).ready();
        var second = site.start(3, STORE)) {
      assertThat(second.exitCode()).isEqualTo(78);
      assertThat(second.log())
          .contains(
              "  LOGSHIPPER_STATE_DIR: \"%s\" (expected: a directory that no other process uses; one"
                      .formatted(site.state())
                  + " holds lock); stop the other one, or give each its own directory\n");
      assertThat(first.get("/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aDestinationOfNoKnownKindIsToldWithAllKinds() throws Exception {
    assertRefused(
        Files.createDirectories(folder.resolve("state")),
        "carrier-pigeon://roof",
        "LOGSHIPPER_SHIP_TO[0]: \"carrier-pigeon://roof\" (expected: a URL that begins with one of"
            + " stdout:, file:, http:, https:, ");
  }

  @Test
  void anOptionThatADestinationDoesNotHaveIsToldWithThoseThatItHas() throws Exception {
    assertRefused(
        Files.createDirectories(folder.resolve("state")),
        STORE + "?tenant=shop",
        "LOGSHIPPER_SHIP_TO[0]: \"http://127.0.0.1:9/logs?tenant=shop\" (expected: behind the"
            + " question mark only options of http: ca_file, cert_file, compression, id, key_file,"
            + " password_file, timeout, token_file, user)");
  }

  private void assertRefused(Path state, String to, String sentence, Object... values)
      throws Exception {
    try (var shipper = ShipperProcess.Site.in(folder, state).start(to)) {
      assertThat(shipper.exitCode()).as(shipper.log()).isEqualTo(78);
      assertThat(shipper.log())
          .contains(
              "sidecar-logshipper: 1 problem with the settings\n  " + sentence.formatted(values));
    }
  }

  private static Object uid() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exit).as(String.join(" ", command)).isZero();
  }
}
