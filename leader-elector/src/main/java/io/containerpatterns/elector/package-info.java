/**
 * Leader election beside any container. The elector holds a lease in a store, renews it, and
 * answers over HTTP on localhost whether it leads at this instant.
 *
 * <pre>
 *   observe -> acquire -> renew -> release                     publish on each change
 *
 *   LeaseStore &lt;-- Campaign --> Notices -(View)-> Election &lt;-- Elections &lt;-- ElectorApi &lt;-- application
 *   FileLeaseStore  |  |            '-> Reporter -> Feed -> Tally, ElectorMetrics, ElectionLog, Audience
 *                   |  '-> Leadership -> HttpHooks --> application
 *                   '--- healthy? --- HealthGate --> application
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.Main} puts all of it together and {@link
 * io.containerpatterns.elector.ElectorService} begins and ends it; then {@link
 * io.containerpatterns.elector.LeaseStore} and {@link io.containerpatterns.elector.Lease}, what is
 * stored; {@link io.containerpatterns.elector.Claim} and {@link
 * io.containerpatterns.elector.LeaseRule}, on which safety rests; {@link
 * io.containerpatterns.elector.Campaign} and {@link io.containerpatterns.elector.Leadership}, the
 * engine; {@link io.containerpatterns.elector.FileLeaseStore} and the classes that its drawing
 * names; {@link io.containerpatterns.elector.ElectorApi} and the calls that it lists.
 *
 * <p>Threads: {@code elections} runs every campaign, {@code api} every request, {@code health} the
 * looks at the application, {@code application} the calls to it, a few more wait for the disk.
 * Between them only tasks and immutable values pass.
 *
 * <p>Not guaranteed without checking the fencing token: that an application which was told "leader"
 * still is when its write arrives.
 */
@NullMarked
package io.containerpatterns.elector;

import org.jspecify.annotations.NullMarked;
