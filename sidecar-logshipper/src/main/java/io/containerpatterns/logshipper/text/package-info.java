/**
 * What stands in the lines, looked at where it lies in the read buffer: nothing here makes a String
 * or keeps a byte.
 *
 * <pre>
 *   bytes -> Lines (where each ends) -> Grouping (which belong to one event) -> Timestamp (when it was)
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.text;

import org.jspecify.annotations.NullMarked;
