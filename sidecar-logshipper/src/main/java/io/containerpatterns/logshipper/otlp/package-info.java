/**
 * OpenTelemetry's protocol for logs over HTTP ({@code POST /v1/logs};
 * open-telemetry/opentelemetry-proto, docs/specification.md), which the Collector and most stores
 * take.
 *
 * <pre>
 *   Event -> LogRecord, in protobuf or JSON -> ResourceLogs of a file's records in a row -> POST
 *   Origin -> labels as attributes ------------'                                              |
 *                                                       Verdict <- ExportAnswer <-------------'
 * </pre>
 *
 * A label is an attribute of the resource; {@code app}, {@code app.kubernetes.io/name} or {@code
 * service.name} also says which service it is. Where in which file an event stands, and its fields,
 * are attributes of the record.
 */
@NullMarked
package io.containerpatterns.logshipper.otlp;

import org.jspecify.annotations.NullMarked;
