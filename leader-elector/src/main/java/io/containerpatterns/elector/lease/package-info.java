/**
 * What is stored, and what is asked of whoever stores it. A store knows neither clocks nor leaders:
 * it reads, it compares and sets, it may hint that something changed.
 *
 * <pre>
 *   election -- read -----------------------> LeaseStore --> Stored(version, lease)
 *            -- compareAndSet(version, lease) ----'------> Swap: Written(version) | Conflict | (unknown)
 *            -- watch &lt;--- hints --------------------'
 *
 *   LeaseFormat   lease &lt;--> the bytes that a store keeps, with their version
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.lease.LeaseStore}, the promises by number; {@link
 * io.containerpatterns.elector.lease.Lease}, {@link io.containerpatterns.elector.lease.Stored},
 * {@link io.containerpatterns.elector.lease.Swap}; {@link
 * io.containerpatterns.elector.lease.LeaseFormat} with {@link
 * io.containerpatterns.elector.lease.UnreadableLease}. A driver refers to nothing else of the
 * elector, and the test {@code LeaseStoreContract} says whether it is one.
 *
 * <p>Not guaranteed: that a hint arrives, and that a call which failed was not applied.
 */
@NullMarked
package io.containerpatterns.elector.lease;

import org.jspecify.annotations.NullMarked;
