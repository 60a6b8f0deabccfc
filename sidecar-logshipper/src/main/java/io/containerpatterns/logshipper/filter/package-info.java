/**
 * What is done to events between the parser and the outputs: secrets are blacked out, and some
 * events are left out for a reason that is counted.
 *
 * <pre>
 *   Event -> Filters: SeverityFloor -> Match -> Sample -> Redaction -> Throttle -> Output.encode
 *                          |            |        |          |           |
 *                          '------------'--------'----------+-----------'-> dropped, counted
 *                                                       text, values
 * </pre>
 *
 * Read {@code Filter} and {@code Filters}, then the filters; {@code Redaction} uses {@code
 * Blackout}, which asks each {@code Secret}. Not guaranteed: that every secret is recognised, or
 * that nothing else looks like one.
 */
@NullMarked
package io.containerpatterns.logshipper.filter;

import org.jspecify.annotations.NullMarked;
