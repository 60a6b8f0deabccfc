/**
 * Leases as keys of an etcd cluster, spoken to through its JSON gateway ({@code /v3}, etcd 3.4 and
 * newer). A record is one key; its version is the revision of the cluster in which it was written
 * last, which grows for ever, also across a deletion of the key.
 *
 * <pre>
 *   read           --> Bundles --> /v3/kv/range, /v3/kv/txn ------.
 *   compareAndSet  --> Bundles --> /v3/kv/txn --------------------+-> Session --> Gateway --> a member
 *   watch          --> PrefixWatch --> /v3/watch, one stream -----'   (token)    (Members,
 *                        '--> WatchLine                                           Lineage)
 *   EtcdLeaseStore, the loop they all run on      Messages, what is said      Troubles, what is told
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.etcd.EtcdLeaseStore}; {@code Bundles}, why a
 * thousand elections are a few calls; {@code Messages}; {@code Session}; {@code Gateway} with
 * {@code Members}, {@code Lineage} and {@code EtcdFailure}, which says what an error means; {@code
 * PrefixWatch} with {@code WatchLine}; {@code Troubles}; {@link
 * io.containerpatterns.elector.etcd.EtcdAccess}, the settings.
 *
 * <p>Not guaranteed: versions and tokens that grow across a restore of the cluster from a backup,
 * which takes its revision back. It is noticed and told, it cannot be prevented here.
 */
@NullMarked
package io.containerpatterns.elector.etcd;

import org.jspecify.annotations.NullMarked;
