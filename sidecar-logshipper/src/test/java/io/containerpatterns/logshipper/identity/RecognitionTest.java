package io.containerpatterns.logshipper.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.identity.Recognition.Copy;
import io.containerpatterns.logshipper.identity.Recognition.Replaced;
import io.containerpatterns.logshipper.identity.Recognition.Same;
import io.containerpatterns.logshipper.identity.Recognition.Stranger;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RecognitionTest {
  private static final FileKey KEY = new FileKey(7, 42, 1_000);
  private static final FileKey OTHER = new FileKey(7, 43, 2_000);

  private final Bytes log = Bytes.lines(0, 200);

  @Test
  void aFileThatGrewIsGoneOnWithWhereWeWere() throws Exception {
    assertThat(found(KEY, log.and(Bytes.lines(200, 300)), trail(1_000, 2_000)))
        .isEqualTo(new Same(2_000));
  }

  @Test
  void aFileThatWasNeverReadIsReadFromItsBeginning() throws Exception {
    assertThat(found(KEY, log, Trail.NONE)).isEqualTo(new Same(0));
  }

  @Test
  void anEmptyFileIsKnownByItsPlaceUntilItHasBytes() throws Exception {
    assertThat(Recognition.of(KEY, Proof.NONE, Trail.NONE, KEY, log)).isEqualTo(new Same(0));
    assertThat(Recognition.of(KEY, Proof.NONE, Trail.NONE, OTHER, log)).isEqualTo(new Stranger());
  }

  @Test
  void aFileThatLostItsEndInACrashIsGoneOnWithAtTheLastAnchorThatHolds() throws Exception {
    assertThat(found(KEY, log.first(1_500).and(Bytes.lines(900, 990)), trail(1_000, 2_000)))
        .isEqualTo(new Same(1_000));
    assertThat(found(KEY, log.first(1_500), trail(1_000, 2_000))).isEqualTo(new Same(1_000));
  }

  @Test
  void anInodeWithAnotherHeadIsAnotherFile() throws Exception {
    assertThat(found(KEY, Bytes.lines(500, 900), trail(1_000))).isEqualTo(new Replaced());
  }

  @Test
  void aFileCutToNothingIsAnotherFile() throws Exception {
    assertThat(found(KEY, Bytes.of(""), trail(1_000))).isEqualTo(new Replaced());
  }

  @Test
  void aFileCutAndFilledAgainBehindTheSameHeadIsAnotherFile() throws Exception {
    Bytes refilled = log.first(1_024).and(Bytes.lines(5_000, 5_200));

    assertThat(found(KEY, refilled, trail(1_500, 2_000))).isEqualTo(new Replaced());
  }

  @Test
  void anInodeThatWasBornAnewIsAnotherFileWhateverItsHead() throws Exception {
    FileKey reborn = new FileKey(KEY.device(), KEY.inode(), 9_000);

    assertThat(found(reborn, log.first(100), trail(50))).isEqualTo(new Stranger());
  }

  @Test
  void whereTheFileSystemKnowsNoBirthTheContentDecides() throws Exception {
    FileKey unborn = new FileKey(KEY.device(), KEY.inode(), FileKey.NO_BIRTH);

    assertThat(found(unborn, log, trail(2_000))).isEqualTo(new Same(2_000));
    assertThat(found(unborn, Bytes.lines(500, 900), trail(2_000))).isEqualTo(new Replaced());
  }

  @Test
  void aCopyIsGoneOnWithWhereTheOriginalWas() throws Exception {
    assertThat(found(OTHER, log, trail(1_000, 2_000))).isEqualTo(new Copy(2_000));
  }

  @Test
  void twoFilesWithTheSameFirstLinesAreNotTakenForCopies() throws Exception {
    Bytes sibling = log.first(1_024).and(Bytes.lines(7_000, 7_100));

    assertThat(found(OTHER, sibling, trail(1_000, 2_000))).isEqualTo(new Stranger());
  }

  @Test
  void aShortHeadIsNoProofOfACopy() throws Exception {
    Bytes few = log.first(255);
    Trail trail = Trail.NONE.and(Anchor.of(few, 200));

    assertThat(Recognition.of(KEY, Proof.of(few), trail, OTHER, log)).isEqualTo(new Stranger());
  }

  @Test
  void theTrailThinsOutBackwardsAndKeepsTheNewest() throws Exception {
    Bytes content = Bytes.lines(0, 5_000);
    Trail trail = Trail.NONE;
    for (long offset = 100; offset <= 80_000; offset += 100) {
      trail = trail.and(Anchor.of(content, offset));
    }

    var offsets = trail.anchors().stream().map(Anchor::offset).toList();
    assertThat(offsets).hasSize(Trail.LENGTH_MAX).startsWith(80_000L);
    assertThat(offsets.getLast()).isEqualTo(100);
    for (int i = 2; i < offsets.size() - 1; i++) {
      assertThat(offsets.get(i) - offsets.get(i + 1))
          .as("the gaps of %s grow backwards", offsets)
          .isGreaterThanOrEqualTo((offsets.get(i - 1) - offsets.get(i)) / 2);
    }
  }

  private Recognition found(FileKey key, Bytes content, Trail trail) throws IOException {
    return Recognition.of(KEY, Proof.of(log), trail, key, content);
  }

  private Trail trail(long... offsets) throws IOException {
    Trail trail = Trail.NONE;
    for (long offset : offsets) {
      trail = trail.and(Anchor.of(log, offset));
    }
    return trail;
  }
}
