/** How far an output has got with a file: what it was sent, what it has acknowledged. */
@NullMarked
package io.containerpatterns.logshipper.window;

import org.jspecify.annotations.NullMarked;
