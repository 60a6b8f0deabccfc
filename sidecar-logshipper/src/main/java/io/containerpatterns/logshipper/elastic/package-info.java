/**
 * Elasticsearch and OpenSearch, by their bulk interface ({@code POST /<index>/_bulk}).
 *
 * <pre>
 *   Event -> DocumentId, Document -> {"create":{"_id":"…"}}\n{"@timestamp":"…",…}\n -> POST
 *                                              Verdict, item by item <- BulkAnswer <-----'
 * </pre>
 *
 * Each document has an id that only its event has, and is created, never overwritten: what is sent
 * twice is there once, and is told as taken both times. Data streams take nothing but that.
 */
@NullMarked
package io.containerpatterns.logshipper.elastic;

import org.jspecify.annotations.NullMarked;
