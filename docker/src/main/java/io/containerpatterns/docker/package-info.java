/**
 * What builds and tests the images, and enters none of them.
 *
 * <p>{@link io.containerpatterns.docker.Training} runs an image's jar once in the build and leaves
 * the AOT cache beside it. {@link io.containerpatterns.docker.Publish} pushes what was built.
 *
 * <p>Tests of images stand on {@link io.containerpatterns.docker.Pod} and {@link
 * io.containerpatterns.docker.PodManifest}, which run containers as Kubernetes would, and on {@link
 * io.containerpatterns.docker.KubernetesSchema} and {@link
 * io.containerpatterns.docker.KubernetesApi}, which say what it would make of a manifest. {@link
 * io.containerpatterns.docker.KubernetesNode} is all of them together: the pods of a manifest on a
 * real API server.
 */
@NullMarked
package io.containerpatterns.docker;

import org.jspecify.annotations.NullMarked;
