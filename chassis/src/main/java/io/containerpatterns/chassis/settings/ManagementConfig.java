package io.containerpatterns.chassis.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the management port of a process behaves, the same in every image.
 *
 * @param listen its address
 * @param token what a caller that is not on loopback must present to write or to see inside;
 *     reloadable
 * @param hosts names accepted in the Host header beside localhost, IP literals and our host name
 * @param writes whether POST and PUT exist at all
 * @param profileDir where recordings are written before they are sent
 * @param downwardDir the folder with the file {@code annotations} that steers this process
 * @param heapDump whether the whole heap, secrets included, may be fetched
 * @param drainDelay how long a draining process goes on accepting, while others still learn of it;
 *     reloadable
 */
public record ManagementConfig(
    HostPort listen,
    Optional<Secret> token,
    List<String> hosts,
    boolean writes,
    Path profileDir,
    Optional<Path> downwardDir,
    boolean heapDump,
    Duration drainDelay) {

  static ManagementConfig read(Settings s, int port) {
    return new ManagementConfig(
        s.hostPort("MANAGEMENT_LISTEN")
            .meaning("address of the management port: probes, metrics, lifecycle")
            .orElse(":" + port),
        s.secret("MANAGEMENT_TOKEN")
            .meaning("file with the bearer token for callers that are not on loopback")
            .reloadable()
            .optional("/run/secrets/management-token"),
        s.list("MANAGEMENT_HOSTS", Parser.text())
            .meaning("more names accepted in the Host header of the management port")
            .optional("metrics.example.org")
            .orElse(List.of()),
        s.flag("MANAGEMENT_WRITES").meaning("off removes every POST and PUT").orElse("on"),
        s.path("MANAGEMENT_PROFILE_DIR")
            .meaning("writable folder for recordings while they are made")
            .orElse(System.getProperty("java.io.tmpdir", "/tmp")),
        s.path("MANAGEMENT_DOWNWARD_DIR")
            .meaning(
                "folder with the file `annotations` whose containerpatterns.io/ keys steer this"
                    + " process")
            .optional("/etc/podinfo"),
        s.flag("MANAGEMENT_HEAP_DUMP")
            .meaning("on lets POST /heap/dump hand out the whole heap, secrets included")
            .orElse("off"),
        s.duration("MANAGEMENT_DRAIN_DELAY")
            .meaning("how long a draining process still accepts work, while others learn of it")
            .between(Duration.ZERO, Duration.ofMinutes(10))
            .reloadable()
            .orElse("0s"));
  }
}
