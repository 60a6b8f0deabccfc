package io.containerpatterns.chassis;

/** To be written. */
public final class Lifecycle {}
