@NullMarked
package io.containerpatterns.elector;

import org.jspecify.annotations.NullMarked;
