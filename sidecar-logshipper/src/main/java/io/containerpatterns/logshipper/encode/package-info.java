/**
 * Events as the bytes of a request. What every format needs; each format lies beside its output.
 */
@NullMarked
package io.containerpatterns.logshipper.encode;

import org.jspecify.annotations.NullMarked;
