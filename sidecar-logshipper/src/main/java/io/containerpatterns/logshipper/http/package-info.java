/**
 * Stores that are spoken to by HTTP. What is the same for all of them is here, what is not is a
 * {@link io.containerpatterns.logshipper.http.Dialect} of theirs.
 *
 * <pre>
 *   Parcel -> Dialect.frame -> Coding (gzip, zstd) -> chassis HttpClient -> CodingChoice.heard -> Dialect.verdict -> Verdict
 *                                                                                                       '-> StatusRules
 * </pre>
 */
@NullMarked
package io.containerpatterns.logshipper.http;

import org.jspecify.annotations.NullMarked;
