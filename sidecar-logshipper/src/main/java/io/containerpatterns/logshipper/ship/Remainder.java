package io.containerpatterns.logshipper.ship;

/**
 * What an output has not acknowledged of a file.
 *
 * @param path what the file is called now; or how many files they are, that are not open yet
 * @param bytes at least 1
 */
public record Remainder(String path, String output, long bytes) {}
