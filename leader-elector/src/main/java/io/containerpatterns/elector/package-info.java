/**
 * Leader election beside any container. The elector holds a lease in a store, renews it, and
 * answers over HTTP on localhost whether it leads at this instant.
 *
 * <pre>
 *   observe -> acquire -> renew -> release                     publish on each change
 *
 *   [file, etcd]    [election]                                              [api]
 *   LeaseStore &lt;-- Campaign --> Notices -(View)-> Election &lt;-- Elections &lt;-- ElectorApi &lt;-- application
 *   FileLeaseStore  |  |            '-> Reporter -> Feed -> Tally, ElectorMetrics, ElectionLog, Audience
 *                   |  '-> Leadership -> HttpHooks --> application
 *                   '--- healthy? --- HealthGate --> application
 *   LeaseStore &lt;-- Seats --> Spread -- hand over --> Elections                 [spread]
 *                                     [application]
 *
 *   root -> api, application, spread -> election -> lease                  who may refer to whom
 *   root -> file, kubernetes, etcd, postgresql -> lease
 * </pre>
 *
 * <p>This package puts the rooms together, configures them and reports. Read {@link
 * io.containerpatterns.elector.Main}, the stages in order, and {@link
 * io.containerpatterns.elector.ElectorService}, how they begin and end; then the rooms, each from
 * its own package comment:
 *
 * <ol>
 *   <li>{@link io.containerpatterns.elector.lease}: what is stored, and what a store promises
 *   <li>{@link io.containerpatterns.elector.election}: the engine, and the rules on which safety
 *       rests
 *   <li>{@link io.containerpatterns.elector.spread}: many elections, spread over the live replicas
 *   <li>{@link io.containerpatterns.elector.file}: the store of one host
 *   <li>{@link io.containerpatterns.elector.kubernetes}: the store of a cluster
 *   <li>{@link io.containerpatterns.elector.etcd}: the store that is a cluster of etcd
 *   <li>{@link io.containerpatterns.elector.postgresql}: a table in a database as the store
 *   <li>{@link io.containerpatterns.elector.api}: what the application may ask and tell
 *   <li>{@link io.containerpatterns.elector.application}: what we ask and tell the application
 * </ol>
 *
 * <p>and here at last {@link io.containerpatterns.elector.ElectorConfig}, {@link
 * io.containerpatterns.elector.StoreConfig} and {@link io.containerpatterns.elector.StoreOpening},
 * {@link io.containerpatterns.elector.Reporter}, {@link io.containerpatterns.elector.Tally}, {@link
 * io.containerpatterns.elector.ElectorMetrics}, {@link io.containerpatterns.elector.ElectionLog},
 * {@link io.containerpatterns.elector.ElectorCheckpoint}, {@link
 * io.containerpatterns.elector.PodLabel}.
 *
 * <p>Threads: {@code elections} runs every campaign, {@code api} every request, {@code health} the
 * looks at the application, {@code application} the calls to it, a few more wait for the disk or
 * the database. Between them only tasks and immutable values pass.
 *
 * <p>Not guaranteed without checking the fencing token: that an application which was told "leader"
 * still is when its write arrives.
 */
@NullMarked
package io.containerpatterns.elector;

import org.jspecify.annotations.NullMarked;
