/**
 * Leases as rows of a table in PostgreSQL. The row's version is compared and set in one statement;
 * the same transaction tells the others.
 *
 * <pre>
 *   read, compareAndSet --> PostgresqlLeaseStore --> Calls --> Session --> one statement for all
 *                                  |                              '--> Schema     elector_lease
 *   watch &lt;--- hints ------------- '--> Hints ------> Session &lt;-- NOTIFY
 *                                                      '--> Server    connections, limits
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.postgresql.PostgresqlLeaseStore}; {@code Session},
 * the statements and why versions grow; {@code Schema} with schema.sql; {@code Calls} and {@code
 * Hints}, a thread each; {@code Server} and {@link
 * io.containerpatterns.elector.postgresql.PostgresqlUrl}; {@code PostgresqlFailure}.
 *
 * <p>Not guaranteed: that a promoted replica knows the last lease, where the server does not wait
 * for it.
 */
@NullMarked
package io.containerpatterns.elector.postgresql;

import org.jspecify.annotations.NullMarked;
