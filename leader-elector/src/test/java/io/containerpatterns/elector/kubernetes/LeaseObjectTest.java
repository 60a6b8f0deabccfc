package io.containerpatterns.elector.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.UnreadableLease;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The record in a Lease, whoever wrote it. */
final class LeaseObjectTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
  private static final Lease OURS =
      new Lease("orders-0", "5f0c9a1b", 1500, 0, 7, null, Map.of("url", "http://10.0.0.7:8080"));

  @Test
  void whatWeCreateIsWhatClientGoReads() {
    JsonNode created = Json.parse(LeaseObject.creating("orders", OURS, NOW));

    assertThat(created.path("spec"))
        .isEqualTo(
            json(
                """
                {"leaseTransitions":0,"acquireTime":"2026-01-01T00:00:00.123456Z","holderIdentity":"orders-0",
                "leaseDurationSeconds":2,"renewTime":"2026-01-01T00:00:00.123456Z"}\
                """));
    assertThat(created.at("/metadata/annotations"))
        .isEqualTo(
            json(
                """
                {"containerpatterns.io/lease":"{\\"format\\":1,\\"holder\\":\\"orders-0\\",\\"boot\\":\\"5f0c9a1b\\",\
                \\"leaseMillis\\":1500,\\"token\\":0,\\"priority\\":7,\\"meta\\":{\\"url\\":\\"http://10.0.0.7:8080\\"}}",
                "containerpatterns.io/lease-of":"2026-01-01T00:00:00.123456Z 0 2 orders-0"}\
                """));
  }

  @Test
  void whatWeWroteIsReadAsItWasWritten() {
    assertThat(stored(LeaseObject.creating("orders", OURS, NOW), 4711).stored())
        .isEqualTo(new Stored(4711, OURS));
  }

  @Test
  void whatACandidateOfClientGoWroteIsReadFromItsSpec() {
    LeaseObject theirs =
        stored(
            """
            {"metadata":{"name":"orders"},"spec":{"holderIdentity":"them","leaseDurationSeconds":15,
            "acquireTime":"2026-01-01T00:00:00.000000Z","renewTime":"2026-01-01T00:00:09.000000Z",
            "leaseTransitions":3}}\
            """,
            4711);

    assertThat(theirs.stored())
        .isEqualTo(new Stored(4711, new Lease("them", "", 15_000, 4, 100, null, Map.of())));
  }

  @ParameterizedTest
  @CsvSource({
    "renewTime, '\"2026-01-01T00:00:05.000000Z\"'",
    "leaseTransitions, 1",
    "leaseDurationSeconds, 15",
    "holderIdentity, '\"them\"'"
  })
  void annotationsOfAnotherSpecDoNotCount(String member, String value) {
    LeaseObject edited =
        edited(
            LeaseObject.creating("orders", OURS, NOW),
            4711,
            object -> ((ObjectNode) object.get("spec")).set(member, json(value)));

    assertThat(edited.stored().lease())
        .satisfies(lease -> {
          assertThat(lease.boot()).isEmpty();
          assertThat(lease.meta()).isEmpty();
          assertThat(lease.isHeldBy("orders-0", "5f0c9a1b")).isFalse();
        });
  }

  @Test
  void aLeaseThatClientGoGaveBackIsReleased() {
    LeaseObject released =
        edited(
            LeaseObject.creating("orders", OURS, NOW),
            4711,
            object -> {
              ObjectNode spec = (ObjectNode) object.get("spec");
              spec.put("holderIdentity", "").put("leaseDurationSeconds", 1);
              spec.put("renewTime", "2026-01-01T00:00:05.000000Z");
            });

    assertThat(released.stored().lease()).matches(Lease::isReleased);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}", "{\"holderIdentity\":null,\"renewTime\":null}", "{\"holderIdentity\":\"\"}"})
  void aLeaseWithoutHolderIsReleased(String spec) {
    LeaseObject bare = stored("{\"metadata\":{\"name\":\"orders\"},\"spec\":" + spec + "}", 7);

    assertThat(bare.stored().lease()).matches(Lease::isReleased);
  }

  @Test
  void aHolderWithoutADurationIsNeverTaken() {
    LeaseObject forever =
        stored("{\"metadata\":{\"name\":\"orders\"},\"spec\":{\"holderIdentity\":\"them\"}}", 7);

    assertThatThrownBy(forever::stored)
        .isInstanceOf(KubernetesFailure.class)
        .hasMessage(
            "Lease \"orders\": holderIdentity \"them\" without leaseDurationSeconds (expected: how"
                + " long it is held); nobody takes it over; set leaseDurationSeconds, or delete the"
                + " Lease when its holder is gone");
  }

  @Test
  void whatANewerReleaseOfOursWroteIsRefusedByItsFormat() {
    LeaseObject newer =
        edited(
            LeaseObject.creating("orders", OURS, NOW),
            4711,
            object ->
                ((ObjectNode) object.at("/metadata/annotations"))
                    .put(LeaseObject.LEASE, "{\"format\":2}"));

    assertThatThrownBy(newer::stored)
        .isInstanceOf(UnreadableLease.class)
        .hasMessageStartingWith("format 2 of a newer release");
  }

  @Test
  void aRenewalKeepsTheTermAndChangesRenewTimeEvenWhereTheClockStands() {
    LeaseObject first = stored(LeaseObject.creating("orders", OURS, NOW), 4711);
    var renewed = new Lease("orders-0", "5f0c9a1b", 1500, 4711, 7, null, Map.of());

    JsonNode next = Json.parse(first.replacing(renewed, NOW));

    assertThat(next.path("spec"))
        .isEqualTo(
            json(
                """
                {"leaseTransitions":0,"acquireTime":"2026-01-01T00:00:00.123456Z","holderIdentity":"orders-0",
                "leaseDurationSeconds":2,"renewTime":"2026-01-01T00:00:00.123457Z"}\
                """));
    assertThat(next.at("/metadata/annotations/containerpatterns.io~1token").textValue())
        .isEqualTo("4711");
    assertThat(next.at("/metadata/resourceVersion").textValue()).isEqualTo("4711");
  }

  @Test
  void anotherHolderIsOneTransitionMore() {
    LeaseObject first = stored(LeaseObject.creating("orders", OURS, NOW), 4711);
    var other = new Lease("orders-1", "b", 10_000, 0, 0, null, Map.of());

    JsonNode next = Json.parse(first.replacing(other, NOW.plusSeconds(9)));

    assertThat(next.path("spec"))
        .isEqualTo(
            json(
                """
                {"leaseTransitions":1,"acquireTime":"2026-01-01T00:00:09.123456Z","holderIdentity":"orders-1",
                "leaseDurationSeconds":10,"renewTime":"2026-01-01T00:00:09.123456Z"}\
                """));
  }

  @Test
  void whatIsGivenBackIsReleasedAsClientGoReleases() {
    LeaseObject first = stored(LeaseObject.creating("orders", OURS, NOW), 4711);
    var released = new Lease("", "5f0c9a1b", 1500, 4711, 7, "orders-2", Map.of());

    byte[] next = first.replacing(released, NOW.plusSeconds(1));

    assertThat(Json.parse(next).path("spec"))
        .isEqualTo(
            json(
                """
                {"leaseTransitions":0,"acquireTime":"2026-01-01T00:00:01.123456Z","holderIdentity":"",
                "leaseDurationSeconds":1,"renewTime":"2026-01-01T00:00:01.123456Z"}\
                """));
    assertThat(stored(next, 4712).stored()).isEqualTo(new Stored(4712, released));
  }

  @Test
  void whatWeDoNotKnowIsKeptAndWhatTheServerKeepsIsNotSent() {
    LeaseObject theirs =
        stored(
            """
            {"metadata":{"name":"orders","uid":"u","labels":{"team":"shop"},"annotations":{"a":"b"},
            "managedFields":[{}],"ownerReferences":[{"name":"o"}]},
            "spec":{"strategy":"OldestEmulationVersion","preferredHolder":"x"}}\
            """,
            7);

    JsonNode next = Json.parse(theirs.replacing(OURS, NOW));

    assertThat(next.at("/metadata/uid").textValue()).isEqualTo("u");
    assertThat(next.at("/metadata/labels/team").textValue()).isEqualTo("shop");
    assertThat(next.at("/metadata/annotations/a").textValue()).isEqualTo("b");
    assertThat(next.at("/metadata/ownerReferences/0/name").textValue()).isEqualTo("o");
    assertThat(next.at("/spec/strategy").textValue()).isEqualTo("OldestEmulationVersion");
    assertThat(next.at("/spec/preferredHolder").textValue()).isEqualTo("x");
    assertThat(next.at("/metadata/managedFields").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"500,1", "1000,1", "1001,2", "10000,10", "10001,11", "3600000,3600"})
  void othersAreToldWholeSecondsAndNeverFewer(long millis, int seconds) {
    var lease = new Lease("a", "b", millis, 0, 0, null, Map.of());

    JsonNode created = Json.parse(LeaseObject.creating("orders", lease, NOW));

    assertThat(created.at("/spec/leaseDurationSeconds").intValue()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource({"''", "abc", "-1", "0", "99999999999999999999"})
  void aVersionThatIsNoNumberIsRefused(String version) {
    byte[] object = ("{\"metadata\":{\"resourceVersion\":\"" + version + "\"}}").getBytes(UTF_8);

    assertThatThrownBy(() -> LeaseObject.parse(object))
        .isInstanceOf(KubernetesFailure.class)
        .hasMessageStartingWith("resourceVersion: \"" + version + "\" (expected: ");
  }

  private static LeaseObject stored(String object, long version) {
    return stored(object.getBytes(UTF_8), version);
  }

  private static LeaseObject stored(byte[] object, long version) {
    return edited(object, version, unchanged -> {});
  }

  private static LeaseObject edited(byte[] object, long version, Consumer<ObjectNode> edit) {
    ObjectNode node = (ObjectNode) Json.parse(object);
    ((ObjectNode) node.get("metadata")).put("resourceVersion", Long.toString(version));
    edit.accept(node);
    return LeaseObject.parse(node.toString().getBytes(UTF_8));
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
