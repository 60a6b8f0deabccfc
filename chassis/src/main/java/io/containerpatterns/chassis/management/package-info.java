@NullMarked
package io.containerpatterns.chassis.management;

import org.jspecify.annotations.NullMarked;
