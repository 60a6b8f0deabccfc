@NullMarked
package io.containerpatterns.chassis.metrics;

import org.jspecify.annotations.NullMarked;
