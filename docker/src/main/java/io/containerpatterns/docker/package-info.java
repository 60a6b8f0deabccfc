/**
 * What builds and tests the images, and enters none of them.
 *
 * <p>{@link io.containerpatterns.docker.Training} runs an image's jar once in the build and leaves
 * the AOT cache beside it.
 */
@NullMarked
package io.containerpatterns.docker;

import org.jspecify.annotations.NullMarked;
