/**
 * One event between the file and the outputs: its text, and what was found out about it. Everything
 * is a piece of some array, so that an event makes no object.
 *
 * <pre>
 *   Cutter -> Event (text, where, when) -> parsers (level, Fields) -> filters -> Output.encode
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.event;

import org.jspecify.annotations.NullMarked;
