package io.containerpatterns.chassis.settings;

import org.jspecify.annotations.Nullable;

/**
 * What is said about a setting where it is read; help, table and typo check are made of these.
 *
 * @param name the environment variable
 * @param expected what a value looks like, such as "a duration such as 10s, from 500ms to 1h"
 * @param standard the value used when none is given; null when there is none
 * @param example a value that works; null when the default serves as one
 * @param required whether the process refuses to start without a value
 * @param meaning one line
 * @param reloadable whether a running process takes over a change
 * @param hidden whether its value is never shown
 */
public record Declaration(
    String name,
    String expected,
    @Nullable String standard,
    @Nullable String example,
    boolean required,
    String meaning,
    boolean reloadable,
    boolean hidden) {}
