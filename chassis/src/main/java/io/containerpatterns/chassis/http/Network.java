package io.containerpatterns.chassis.http;

/** To be written. */
public final class Network {}
