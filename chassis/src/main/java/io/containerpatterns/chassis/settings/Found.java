package io.containerpatterns.chassis.settings;

/**
 * A text that was given for a setting.
 *
 * @param text never empty, without blanks around it
 * @param key the path in the file as written there; empty when the text came from the environment
 */
record Found(String text, String key, Origin origin) {}
