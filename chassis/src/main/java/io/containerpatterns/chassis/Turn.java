package io.containerpatterns.chassis;

/** What the thread that calls into the service does next. */
sealed interface Turn {
  /** The end has begun: drain, close, exit. */
  record Stop() implements Turn {}

  /** Take no new work. */
  record Drain(Deadline deadline) implements Turn {}

  /** Take work again. */
  record Resume() implements Turn {}

  /** Take over a priority. */
  record Priority(int priority) implements Turn {}

  /** Something else that must not meet another call, such as a reload. */
  record Run(Errand errand) implements Turn {}

  /** Something to do between two calls into the service: exactly one of the two happens. */
  interface Errand {
    /** Does it. */
    void run();

    /** It will not be done any more, for this reason. */
    void refused(String why);
  }
}
