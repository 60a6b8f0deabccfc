/**
 * Many elections, spread evenly over the live replicas. It stands above the elections: it asks them
 * who leads what, and asks them to hand over; whether two lead never depends on it.
 *
 * <pre>
 *   LeaseStore &lt;-- Seats --(replicas)--> Spread --(how long to hold back)--> Vacancy of each election
 *   elector-seat-n                        | ^  '--(hand over to)--> Election
 *                            Shares, Turn-' '--(who leads what)---- Elections, Feed
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.spread.Spread}, the rule; {@code Seats}, who lives;
 * {@code Shares}, how many go where; {@code Turn}, who reaches first.
 *
 * <p>Not guaranteed: an even spread while replicas come and go more often than once in four leases,
 * while the store is silent, or over electors that do not spread.
 */
@NullMarked
package io.containerpatterns.elector.spread;

import org.jspecify.annotations.NullMarked;
