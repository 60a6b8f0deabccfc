package io.containerpatterns.chassis.settings;

/** To be written. */
public final class Settings {}
