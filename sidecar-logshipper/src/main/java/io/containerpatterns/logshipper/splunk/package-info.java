/**
 * Splunk, by its HTTP Event Collector ({@code POST /services/collector/event}), with or without
 * acknowledgement by the indexers.
 *
 * <pre>
 *   Event -> HecEvents -> objects of JSON, end to end -> HttpOutput -> POST event
 *                                                                        |
 *     without acknowledgement:           Verdict <- HecAnswer <----------'
 *     with:  Verdict <- Acknowledgements <- number <- HecAnswer <--------'
 *                          '-> POST ack, again and again: has it been indexed?
 * </pre>
 *
 * Without acknowledgement, Splunk answers before it has stored anything, and loses what it holds
 * when it dies; then "taken" means no more than that. With it an event is taken when it is indexed.
 * Splunk knows no ids: what is sent twice is there twice.
 */
@NullMarked
package io.containerpatterns.logshipper.splunk;

import org.jspecify.annotations.NullMarked;
