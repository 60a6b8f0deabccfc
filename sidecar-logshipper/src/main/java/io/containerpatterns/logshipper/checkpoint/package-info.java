/**
 * What is known about the files after this process is gone.
 *
 * <p>One rule makes it safe: a stored offset is never above what the output has acknowledged, and
 * it comes with the proof of the content that it belongs to. Whatever is stored too late costs
 * duplicates and never a line, so nothing waits for the disk.
 *
 * <pre>
 *   Ledger (known files, in memory) -- changes --> CheckpointFile (frames appended, now and then rewritten)
 *        ^                                              |
 *        '------------------- at the start -------------'
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.checkpoint;

import org.jspecify.annotations.NullMarked;
