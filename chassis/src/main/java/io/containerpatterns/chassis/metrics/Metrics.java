package io.containerpatterns.chassis.metrics;

/** To be written. */
public final class Metrics {}
