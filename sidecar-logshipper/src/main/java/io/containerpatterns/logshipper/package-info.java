/**
 * The image sidecar-logshipper: ships the log files of another container to log stores and loses
 * nothing, whatever breaks.
 *
 * <pre>
 *   files --source--> LogFile --text--> events --Stage--> Output.encode --> Batch --ship--> store
 *                        ^                                                    |
 *                        '------- checkpoint <------ window <--- taken -------'
 * </pre>
 *
 * Read {@code Main}, {@code LogshipperConfig}, {@code LogshipperService}, then the package {@code
 * ship}. Not guaranteed: that a line arrives once only, order across files, and what an application
 * truncates before it was read.
 */
@NullMarked
package io.containerpatterns.logshipper;

import org.jspecify.annotations.NullMarked;
