@NullMarked
package io.containerpatterns.chassis.settings;

import org.jspecify.annotations.NullMarked;
