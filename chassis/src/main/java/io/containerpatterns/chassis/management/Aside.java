package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.log.Log;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Work that may block or compute long, done aside from the event loop on a virtual thread, only so
 * many at once: the management port must not become the load that it is asked about.
 */
final class Aside {
  private static final Log log = Log.of(Aside.class);

  private final String name;
  private final Semaphore room;
  private final Supplier<Refusal> full;

  /**
   * A kind of work.
   *
   * @param atOnce how many of it may run
   * @param full what one more is told
   */
  Aside(String name, int atOnce, Supplier<Refusal> full) {
    this.name = name;
    this.room = new Semaphore(atOnce);
    this.full = full;
  }

  /** A kind of work of which one more is told 429. */
  static Aside of(String name, int atOnce) {
    return new Aside(
        name,
        atOnce,
        () ->
            Refusal.of(
                    429, "busy", "the same is being done for somebody else; ask again in a moment")
                .retryAfterMs(1000));
  }

  /** Makes an answer. */
  @FunctionalInterface
  interface Work {
    Reply answer() throws Exception;
  }

  /** Does it and answers. */
  void run(Exchange exchange, Work work) {
    if (!room.tryAcquire()) {
      throw full.get();
    }
    Thread.ofVirtual()
        .name("management-" + name)
        .start(() -> {
          // Room is made before the reply: who has read it may ask again at once.
          Reply reply = whileThereIsRoom(work);
          exchange.reply(reply);
        });
  }

  private Reply whileThereIsRoom(Work work) {
    try {
      return answer(work);
    } finally {
      room.release();
    }
  }

  private Reply answer(Work work) {
    try {
      return work.answer();
    } catch (Refusal refusal) {
      return refusal.reply();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Refusal.of(503, "stopping", "the process is stopping; ask another").reply();
    } catch (Exception | LinkageError e) {
      log.error("a management request could not be answered", "request", name, "cause", e);
      return Refusal.of(
              500,
              "internal_error",
              "the request could not be answered by a fault of ours; /logs tells more")
          .reply();
    }
  }
}
