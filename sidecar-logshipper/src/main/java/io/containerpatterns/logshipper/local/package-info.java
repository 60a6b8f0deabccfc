/**
 * Outputs on this machine: a file, and standard output.
 *
 * <pre>
 *   Parcel -> FileOutput   appended, forced onto the disk, cut off again when it fails half way
 *          -> StdoutOutput written; whoever reads it is responsible from there
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.local;

import org.jspecify.annotations.NullMarked;
