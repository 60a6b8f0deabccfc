/**
 * What a store is to us: a form for events, and a way to give it some and hear what became of them.
 * Each store has a class here or a package beside this one; all of the retrying, splitting and
 * remembering is done by {@code ship}, the same for every store.
 *
 * <pre>
 *   Event --encode--> Batch of items --Parcel (some of them)--> send --> Verdict
 *                                         ^                                  |
 *                                         '--- again, halves, the rest <-----'
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.output;

import org.jspecify.annotations.NullMarked;
