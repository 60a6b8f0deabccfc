package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A candidate of a release to come, as far as an older one can meet it: it reads format 1, asks its
 * holder to step down, and writes a format 2 with members that nobody knows yet.
 *
 * <pre>
 *   {"format":2,"holder":{"id":"newer"},"leaseMillis":1000,"token":12,"epoch":[7]}
 * </pre>
 */
public final class NewerElector implements AutoCloseable {
  private static final Pattern MILLIS = Pattern.compile("\"leaseMillis\":(\\d+)");
  private static final String OURS = "\"holder\":{\"id\":\"newer\"}";
  private static final String WANTED = "\"wanted\":\"newer\"";

  private final EtcdServer server;
  private final String key;
  private final long leaseNanos;
  private final List<Term> terms = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean ended;

  private long seen = -1; // this and all below: of the thread
  private long seenAt;
  private long token;
  private long renewedAt;

  /** A renewal that was confirmed, and what may be believed by it, in nanoseconds. */
  public record Term(long from, long until, long token) {}

  /** One that stands for the election of {@code key} at once. */
  public NewerElector(EtcdServer server, String key, Duration lease) {
    this.server = server;
    this.key = key;
    this.leaseNanos = lease.toNanos();
    this.thread = Thread.ofPlatform().daemon().name("newer elector").start(this::run);
  }

  /** All that it believed so far, in order. */
  public List<Term> terms() {
    return List.copyOf(terms);
  }

  private void run() {
    while (!ended) {
      try {
        pursue();
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private void pursue() throws IOException, InterruptedException {
    long now = System.nanoTime();
    String answer = server.call("/v3/kv/range", "{\"key\":\"%s\"}".formatted(base64(key)));
    boolean there = answer.contains("\"kvs\"");
    long version = there ? Long.parseLong(EtcdServer.member(answer, "mod_revision")) : 0;
    String record =
        there
            ? new String(Base64.getDecoder().decode(EtcdServer.member(answer, "value")), UTF_8)
            : "";
    if (version != seen) {
      seen = version;
      seenAt = now;
    }
    if (record.contains(OURS)) {
      if (now - renewedAt >= leaseNanos / 3) {
        lead(version, token);
      }
    } else if (isFree(record, now)) {
      lead(version, 0);
    } else if (!record.contains(WANTED)) {
      // A term of which this was the first write has its version as token from now on.
      String termKept = record.replace("\"token\":0,", "\"token\":" + version + ",");
      write(version, termKept.replace("\"meta\":", WANTED + ",\"meta\":"));
    }
  }

  private boolean isFree(String record, long now) {
    Matcher millis = MILLIS.matcher(record);
    return record.isEmpty()
        || record.contains("\"holder\":\"\"")
        || (millis.find() && now - seenAt >= Long.parseLong(millis.group(1)) * 1_000_000);
  }

  private void lead(long version, long term) throws IOException, InterruptedException {
    long sent = System.nanoTime();
    Long written =
        write(
            version,
            "{\"format\":2,%s,\"leaseMillis\":%d,\"token\":%d,\"epoch\":[7]}"
                .formatted(OURS, leaseNanos / 1_000_000, term));
    if (written != null) {
      token = term == 0 ? written : term;
      renewedAt = sent;
      terms.add(new Term(System.nanoTime(), sent + leaseNanos / 10 * 9, token));
    }
  }

  private @Nullable Long write(long version, String record)
      throws IOException, InterruptedException {
    String answer =
        server.call(
            "/v3/kv/txn",
            """
            {"compare":[{"key":"%1$s","target":"MOD","result":"EQUAL","mod_revision":"%2$d"}],
             "success":[{"request_put":{"key":"%1$s","value":"%3$s"}}]}
            """
                .formatted(base64(key), version, base64(record)));
    return answer.contains("\"succeeded\":true")
        ? Long.valueOf(EtcdServer.member(answer, "revision"))
        : null;
  }

  private static String base64(String text) {
    return EtcdServer.base64(text.getBytes(UTF_8));
  }

  /** Ends as if it was killed: nothing is given back. */
  @Override
  public void close() throws InterruptedException {
    ended = true;
    thread.join();
  }
}
