package io.containerpatterns.logshipper.elastic;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.http.Dialect;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The bulk interface of Elasticsearch and OpenSearch. An item is two lines, the action and the
 * document; a body is its items.
 */
public final class Bulk implements Dialect {
  /** What is asked of the answer: enough to tell each item, and no more. */
  private static final String QUERY =
      "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

  /** Each item is answered with 30 bytes if it is taken, with 300 or so if it is not. */
  private static final int ANSWER_BYTES_MAX = 8 << 20;

  private static final byte[] CREATE = ascii("{\"create\":{\"_id\":\"");
  private static final byte[] DOCUMENT = ascii("\"}}\n");

  private final String index;
  private final InstantSource clock;
  private final DocumentId id = new DocumentId();
  private final Document document = new Document();

  /**
   * For one output.
   *
   * @param index the name of the index or data stream, as it stands in a path
   */
  public Bulk(String index, InstantSource clock) {
    this.index = index;
    this.clock = clock;
  }

  @Override
  public String path() {
    return "/" + index + QUERY;
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public int answerBytesMax() {
    return ANSWER_BYTES_MAX;
  }

  @Override
  public void encode(Event event, Sink to) {
    to.put(CREATE);
    id.write(event, to);
    to.put(DOCUMENT);
    document.write(event, to);
    to.put('\n');
  }

  @Override
  public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
    return answer.status() == 200
        ? Optional.of(BulkAnswer.verdict(answer, parcel, clock))
        : Optional.empty();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
