/**
 * One election after the other: who stands, who leads, until when. It knows the store only by its
 * promises and the application only by its hooks, so all of it runs on virtual time in the tests.
 *
 * <pre>
 *   Elections --> Election --> Campaign --> Conversation --> LeaseStore     one call at a time
 *    by name    any thread        |
 *                                 |-- Vacancy      how long to watch a lease before it is taken
 *                                 |-- Petitions    who asked to lead, to renew, to resign
 *                                 |-- Leadership   our Term: Claim, hooks, giving back --> Hooks
 *                                 '-- Notices      View --> Status, for every answer
 *                                        '--------> Listener --> Feed --> subscribers
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.election.Claim} and {@link
 * io.containerpatterns.elector.election.LeaseRule}, on which safety rests; {@link
 * io.containerpatterns.elector.election.Campaign}, the loop; {@code Leadership} and {@code Term};
 * {@code Vacancy}, {@code Petitions}, {@code Conversation}; {@code Notices}, {@code View} and
 * {@link io.containerpatterns.elector.election.Status}; {@link
 * io.containerpatterns.elector.election.Election} and {@link
 * io.containerpatterns.elector.election.Elections}, what the outside calls; {@link
 * io.containerpatterns.elector.election.Candidate}, the terms; {@link
 * io.containerpatterns.elector.election.Clocks}, {@link
 * io.containerpatterns.elector.election.Loop}, time and the thread; {@link
 * io.containerpatterns.elector.election.Patience}, who comes first.
 *
 * <p>Not guaranteed: that anybody leads while the store does not answer, and who of several
 * candidates wins.
 */
@NullMarked
package io.containerpatterns.elector.election;

import org.jspecify.annotations.NullMarked;
