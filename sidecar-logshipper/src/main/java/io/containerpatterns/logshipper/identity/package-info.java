/**
 * Whether a file is one that we know. A name says little about a log file, and an inode number
 * comes back as soon as it is free, so content has the last word.
 *
 * <pre>
 *   FileKey    device, inode, birth        who the file system says it is
 *   Proof      hash of its head            what it begins with, at most 1,024 bytes
 *   Trail      Anchor, Anchor, ...         what stands before offsets that we were at
 *
 *   key | head | anchor | then the file is
 *   ----+------+--------+----------------------------------------------------
 *   yes | yes  | newest | the one we know; go on where we were
 *   yes | yes  | older  | the one we know, cut (a machine that crashed); go on there
 *   yes | no matter, but not both | another content in the same place: truncated, or inode reused
 *   no  | yes, of 256 bytes or more | newest | a copy, or the same one moved; go on where we were
 *   no  | otherwise | one that we do not know
 * </pre>
 *
 * Read {@code Recognition} first.
 */
@NullMarked
package io.containerpatterns.logshipper.identity;

import org.jspecify.annotations.NullMarked;
