package io.containerpatterns.elector.lease;

import org.jspecify.annotations.Nullable;

/**
 * What a store holds of one election at one moment.
 *
 * @param version 0 when there is no record; else positive and higher with each write of this
 *     election
 * @param lease null when there is no record
 */
public record Stored(long version, @Nullable Lease lease) {
  public static final Stored ABSENT = new Stored(0, null);
}
