/**
 * What the text of an event says, found where it lies: when, how serious, the message, named
 * values. A parser looks at each byte once or twice and makes no object; what has to be unescaped
 * goes into an array that the parser keeps.
 *
 * <pre>
 *   head of a file -> Detection -> Format
 *                                    |
 *   Event (text, time of reading) -> Parser -> Form -> Findings -> Event (time, severity,
 *                                                |                 message, Fields)
 *                                                '- does not fit: as it was, marked unparsed
 * </pre>
 *
 * Read {@code Format}, {@code Parser}, {@code Form} and {@code Findings}, then the forms. Not
 * guaranteed: that a detected form is the one that was meant. Nothing is ever left out: what a form
 * has no room for stays in the text.
 */
@NullMarked
package io.containerpatterns.logshipper.parse;

import org.jspecify.annotations.NullMarked;
