/**
 * The HTTP API that the application beside us calls. Nothing here blocks or decides: an election
 * does, and its answer or the next change of its status comes back to the loop of this API.
 *
 * <pre>
 *   application --> ApiServer --> RequestCounts --> ElectorApi --+-> StatusCalls, LeaderCalls, WatchCalls,
 *                                                                |   MembershipCalls, DrainCalls, OldSidecar
 *                                                                |        |  ^
 *                                                     Elections &lt;'--------'  |  who waits or watches
 *                                                     Feed --> Audience --> LongPoll, BecomeCall, WatchStream
 * </pre>
 *
 * <p>Read: {@code ElectorApi}, the list of calls; {@code StatusCalls} and {@code StatusJson};
 * {@code LeaderCalls} with {@code BecomeCall} and {@code Handed}; {@code WatchCalls}, {@code
 * WatchForm} and {@code WatchStream}; {@code MembershipCalls} and {@code Terms}; {@code DrainCalls}
 * and {@link io.containerpatterns.elector.api.Verbs}; {@code OldSidecar}; {@code Audience}, {@code
 * LongPoll} and {@code Places}, which bound who may wait; {@code Refusals}, the sentences; {@link
 * io.containerpatterns.elector.api.RequestCounts}; {@code SocketLoop} and {@link
 * io.containerpatterns.elector.api.ApiServer}.
 *
 * <p>Not guaranteed: that an answer "leader" still holds when it is read; its {@code validForMs}
 * says until when it does.
 */
@NullMarked
package io.containerpatterns.elector.api;

import org.jspecify.annotations.NullMarked;
