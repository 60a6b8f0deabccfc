/**
 * From files to stores: at least once, in order within a file, and no memory that grows while a
 * store is away, because the file is the buffer.
 *
 * <pre>
 *   Follower ("files" thread)          Shipper (a thread for each output)                 Bookkeeper ("checkpoint" thread)
 *     looks for files,        grew       Filling: cut, parse, filter, encode                every 20 ms:
 *     sees them grow        ------->       |  into a Shipment                   acknowledged  Progress --> checkpoint
 *     and end               appeared,    Dispatch: send, hear the verdict,      ----------->
 *                           truncated      again, halves, dead letters
 * </pre>
 *
 * {@code Shipping} is all of it. Read {@code Cursor}, {@code Filling}, {@code Dispatch}, {@code
 * Shipper}, {@code Follower}, {@code Bookkeeper} in that order. A Cursor is one file seen by one
 * output; it belongs to the output's thread.
 */
@NullMarked
package io.containerpatterns.logshipper.ship;

import org.jspecify.annotations.NullMarked;
