package io.containerpatterns.chassis.settings;

/**
 * A setting as it is in force.
 *
 * @param name the environment variable
 * @param shown its value, three stars when it is hidden, empty when it is unset
 * @param origin where the value came from
 */
public record SettingValue(String name, String shown, Origin origin) {}
