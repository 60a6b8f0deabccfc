package io.containerpatterns.elector.spread;

/**
 * A live process among which the elections are spread.
 *
 * @param id its name in the records of the elections that it leads
 * @param priority its priority, 0 to 100
 */
record Replica(String id, int priority) {}
