package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class UnpackingTest {
  private static final int BACK = 100_000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Packing.class)
  void whatIsReadAtAnyOffsetIsWhatWasPacked(Packing packing) throws IOException {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    byte[] text = Packs.text(random, 1_500_000);
    // Several members or frames, one after the other, are one file.
    int cut = random.nextInt(text.length);
    byte[] packed =
        Packs.joined(
            Packs.pack(packing, Arrays.copyOf(text, cut)),
            Packs.pack(packing, Arrays.copyOfRange(text, cut, text.length)));
    try (LogFile file = open(packing, packed);
        var unpacking = new Unpacking(BACK)) {
      long offset = 0;
      for (int i = 0; i < 300; i++) {
        byte[] target = new byte[random.nextInt(1, BACK)];
        offset =
            random.nextInt(20) == 0
                ? random.nextInt(text.length + 10)
                : Math.clamp(offset + random.nextInt(-BACK / 2, BACK), 0, text.length);

        int read = unpacking.of(file).read(target, 0, target.length, offset);

        int end = Math.clamp(offset + target.length, 0, text.length);
        int start = (int) Math.min(offset, text.length);
        assertThat(Arrays.copyOf(target, read))
            .as("seed %d, read %d at %d", seed, i, offset)
            .isEqualTo(Arrays.copyOfRange(text, start, Math.max(start, end)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void ofAFileThatIsCutAnywhereThatIsReadWhichIsThere(Packing packing) throws IOException {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    byte[] text = Packs.text(random, 10_000);
    byte[] packed = Packs.pack(packing, text);
    long before = 0;
    for (int length = 0; length < packed.length; length += random.nextInt(1, 20)) {
      Path path = write(packing, Arrays.copyOf(packed, length));
      try (LogFile raw = LogFile.open(1, path);
          Survey survey = survey(packing, raw)) {
        assertThat(survey.ended().end())
            .as("seed %d, %d bytes", seed, length)
            .isEqualTo(Unpacker.End.CUT);
        Packed known = survey.packed();

        assertThat(known.size()).isBetween(before, (long) text.length);
        assertThat(read(raw.unpacked(known))).isEqualTo(Arrays.copyOf(text, (int) known.size()));
        before = known.size();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void ofADamagedFileThatIsReadWhichStandsBeforeTheDamageAndNothingThrows(Packing packing)
      throws IOException {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    byte[] text = Packs.text(random, 200_000);
    byte[] packed = Packs.pack(packing, text);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = packed.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Path path = write(packing, damaged);
      try (LogFile raw = LogFile.open(1, path);
          Survey survey = survey(packing, raw)) {
        LogFile file = raw.unpacked(survey.packed());

        // Deterministic: a second reader reads as far as the first one did.
        assertThat(read(file)).as("seed %d, damage %d", seed, i).hasSize((int) file.size());
      }
    }
  }

  @Test
  void aFileOfZstdWhoseWindowIsTooLargeIsToldAndNotDecompressed() throws IOException {
    // A frame of a window of 2 GiB (RFC 8878, 3.1.1.1.2), with one raw block of one byte.
    byte[] packed = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 9, 0, 0, 'x'};
    Path path = write(Packing.ZSTD, packed);
    try (LogFile raw = LogFile.open(1, path);
        Survey survey = survey(Packing.ZSTD, raw)) {
      assertThat(survey.ended().end()).isEqualTo(Unpacker.End.DAMAGED);
      assertThat(survey.ended().why()).contains("memory");
      assertThat(survey.packed().size()).isZero();
    }
  }

  private LogFile open(Packing packing, byte[] packed) throws IOException {
    LogFile raw = LogFile.open(1, write(packing, packed));
    try (Survey survey = survey(packing, raw)) {
      assertThat(survey.ended().end()).isEqualTo(Unpacker.End.WHOLE);
      return raw.unpacked(survey.packed());
    }
  }

  private static Survey survey(Packing packing, LogFile raw) throws IOException {
    var survey = new Survey(packing, raw.channel(), head -> List.of());
    while (survey.step(10_000)) {
      // Until it ends.
    }
    return survey;
  }

  private static byte[] read(LogFile file) throws IOException {
    byte[] target = new byte[(int) file.size() + 10];
    try (var unpacking = new Unpacking(BACK)) {
      return Arrays.copyOf(target, unpacking.of(file).read(target, 0, target.length, 0));
    }
  }

  private Path write(Packing packing, byte[] packed) throws IOException {
    return Files.write(folder.resolve("a.log.1" + Packs.ending(packing)), packed);
  }
}
