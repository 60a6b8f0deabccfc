package io.containerpatterns.elector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A candidate of another kind that tells on standard output, line by line, what becomes of it:
 *
 * <pre>
 *   following       (not every kind says it)
 *   requests 12     so many so far
 *   leading         or whatever the kind says then
 * </pre>
 */
final class PeerCandidate implements Candidate {
  private static final Duration STANDING_MAX = Duration.ofSeconds(20);

  private final Process process;
  private final Duration standing;
  private final CountDownLatch stands = new CountDownLatch(1);
  private final CountDownLatch leads = new CountDownLatch(1);
  private final AtomicLong requests = new AtomicLong();
  private volatile long leadsSince; // written once, before the latch

  /**
   * Starts it.
   *
   * @param standing how long one that says nothing is given to join
   */
  PeerCandidate(List<String> command, Predicate<String> saysItLeads, Duration standing)
      throws IOException {
    this.standing = standing;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // Also when the benchmark fails while it waits for somebody else.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Thread.ofPlatform().daemon().start(() -> listen(saysItLeads));
  }

  private void listen(Predicate<String> saysItLeads) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("requests ")) {
          requests.set(Long.parseLong(line.substring(9)));
        } else if (line.equals("following")) {
          stands.countDown();
        } else if (saysItLeads.test(line) && leads.getCount() > 0) {
          leadsSince = System.nanoTime();
          leads.countDown();
          stands.countDown();
        }
      }
    } catch (IOException ended) {
      // Killed while it spoke; who waits for more is told by the deadline.
      return;
    }
  }

  @Override
  public void awaitStanding() throws InterruptedException {
    boolean said = stands.await(standing.toNanos(), TimeUnit.NANOSECONDS);
    if (!process.isAlive()) {
      throw new AssertionError("a candidate ended with " + process.exitValue());
    }
    if (!said && standing.equals(STANDING_MAX)) {
      System.err.println(
          "a candidate has followed nobody for " + standing + "; measured all the same");
    }
  }

  /** For a kind that says when it follows. */
  static Duration untilItSaysSo() {
    return STANDING_MAX;
  }

  @Override
  public long awaitLeading(Duration most) throws InterruptedException {
    if (!leads.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("does not lead within " + most);
    }
    return leadsSince;
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void terminate() {
    process.destroy();
  }

  @Override
  public long requests() {
    return requests.get();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
