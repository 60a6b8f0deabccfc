package io.containerpatterns.elector.lease;

/**
 * The known outcome of a compare-and-set. An unknown one is an exception, see {@link
 * LeaseStore#compareAndSet}.
 */
public sealed interface Swap {
  /** Written; the record now has this version, higher than any before it. */
  record Written(long version) implements Swap {}

  /** Not written, and never will be: the record no longer had the expected version. */
  record Conflict() implements Swap {}
}
