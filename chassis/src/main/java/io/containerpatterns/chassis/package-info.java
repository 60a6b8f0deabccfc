@NullMarked
package io.containerpatterns.chassis;

import org.jspecify.annotations.NullMarked;
