@NullMarked
package io.containerpatterns.chassis.log;

import org.jspecify.annotations.NullMarked;
