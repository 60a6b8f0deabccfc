/**
 * Leases as files in a directory that the electors of one host share. No lock is held that a
 * stopped process could keep; the directory's own rules, proved in {@code ElectionFolder}, decide
 * who was first.
 *
 * <pre>
 *   read, compareAndSet --> FileLeaseStore --> ElectionFolder --> Disk      orders/0000001785000000058
 *                                |                   '--> VersionName
 *                                |--> Sweeper         old versions go
 *   watch ---------------------> '--> FolderWatches   new ones are heard of
 *                                     StoreDirectory  .format, new elections, which file system
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.file.FileLeaseStore}, the threads; {@code
 * ElectionFolder}, the algorithm and its proof; {@code VersionName}, {@code Sweeper}; {@code
 * StoreDirectory}; {@code FolderWatches}; {@code Disk} with {@code LocalDisk}, the system calls;
 * {@code FileStoreFailure}.
 *
 * <p>Not guaranteed: exclusion between hosts, because a network file system may show one of them
 * what is no longer true; such a directory is told as "best-effort".
 */
@NullMarked
package io.containerpatterns.elector.file;

import org.jspecify.annotations.NullMarked;
