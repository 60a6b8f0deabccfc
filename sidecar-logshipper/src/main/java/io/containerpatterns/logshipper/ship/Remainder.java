package io.containerpatterns.logshipper.ship;

/**
 * What an output has not acknowledged of a file.
 *
 * @param path what the file is called now
 * @param bytes at least 1
 */
public record Remainder(String path, String output, long bytes) {}
