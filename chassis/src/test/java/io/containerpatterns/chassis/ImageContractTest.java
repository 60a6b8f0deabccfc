package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.metrics.MetricsHelp;
import io.containerpatterns.chassis.settings.SettingsHelp;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract passes an image that keeps it and names what is wrong with one that does not. */
final class ImageContractTest {
  private final Image<ToyImage.Config> image = ToyImage.with((config, chassis) -> new ToyService());

  @TempDir Path module;

  @Test
  void anImageThatKeepsItPasses() throws Exception {
    readme(settings(), metrics());
    var contract = new ToyContract(image, module);

    assertThatCode(contract::theReadmeHasTheHeadingsOfEveryImageInOrder).doesNotThrowAnyException();
    assertThatCode(contract::theSettingsTableIsTheGeneratedOne).doesNotThrowAnyException();
    assertThatCode(contract::theMetricsTableIsTheGeneratedOne).doesNotThrowAnyException();
    assertThatCode(contract::everyMetricBeginsWithTheNounAndSaysWhatItMeans)
        .doesNotThrowAnyException();
  }

  @Test
  void anOutdatedTableFailsAndPrintsTheRightOne() throws Exception {
    readme("| setting |\n", metrics());
    var contract = new ToyContract(image, module);

    assertThatThrownBy(contract::theSettingsTableIsTheGeneratedOne)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "| `TOY_NAME` | **required**, such as `bear` | who we are (a text) |");
  }

  @Test
  void aMissingMarkerIsNamed() throws Exception {
    Files.writeString(module.resolve("README.md"), "# toy\n");
    var contract = new ToyContract(image, module);

    assertThatThrownBy(contract::theMetricsTableIsTheGeneratedOne)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("README.md has the markers of metrics");
    assertThatThrownBy(contract::theReadmeHasTheHeadingsOfEveryImageInOrder)
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aForeignMetricNameFails() {
    Image<ToyImage.Config> foreign =
        new Image<>(
            "toy-bear",
            "toy",
            "the toy pattern",
            9_999,
            ToyImage.Config::read,
            metrics -> metrics.counter("wolf.howls", "howls"),
            (config, chassis) -> new ToyService());
    var contract = new ToyContract(foreign, module);

    assertThatThrownBy(contract::everyMetricBeginsWithTheNounAndSaysWhatItMeans)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("wolf_howls_total");
  }

  @Test
  void publicTypesAreFound() throws Exception {
    Path here = Path.of("target/test-classes/io/containerpatterns/chassis");

    assertThat(ImageContract.publicTypes(here, "io.containerpatterns.chassis"))
        .contains("io.containerpatterns.chassis.ManualTicker")
        .doesNotContain("io.containerpatterns.chassis.ToyImage");
  }

  @Test
  void packagesThatReferOnlyDownwardsPass() throws Exception {
    compiled("toy.Main", "toy.cave.Bear");
    compiled("toy.cave.Bear", "toy.food.Honey");
    compiled("toy.food.Honey", "toy.food.Jar");
    var contract = new ToyContract(image, module);

    assertThatCode(contract::theSubPackagesFormNoCycleAndNoneKnowsTheRoot)
        .doesNotThrowAnyException();
  }

  @Test
  void aCycleOfPackagesIsNamed() throws Exception {
    compiled("toy.cave.Bear", "toy.food.Honey");
    compiled("toy.food.Honey", "toy.forest.Bee");
    compiled("toy.forest.Bee", "toy.cave.Bear");
    var contract = new ToyContract(image, module);

    assertThatThrownBy(contract::theSubPackagesFormNoCycleAndNoneKnowsTheRoot)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a cycle of packages")
        .hasMessageContaining(
            """
            ["io.containerpatterns.toy.cave",
                "io.containerpatterns.toy.food",
                "io.containerpatterns.toy.forest",
                "io.containerpatterns.toy.cave"]\
            """);
  }

  @Test
  void aSubPackageThatKnowsTheRootIsNamed() throws Exception {
    compiled("toy.cave.Bear", "toy.Main");
    var contract = new ToyContract(image, module);

    assertThatThrownBy(contract::theSubPackagesFormNoCycleAndNoneKnowsTheRoot)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("packages that refer to io.containerpatterns.toy")
        .hasMessageContaining("\"io.containerpatterns.toy.cave\"");
  }

  @Test
  void aSubPackageThatExtendsAClassOfTheRootIsNamed() throws Exception {
    compiled("toy.cave.Bear", builder -> builder.withSuperclass(type("toy.Animal")));
    var contract = new ToyContract(image, module);

    assertThatThrownBy(contract::theSubPackagesFormNoCycleAndNoneKnowsTheRoot)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("\"io.containerpatterns.toy.cave\"");
  }

  /** A class of the image that only has a field of the type {@code used}. */
  private void compiled(String name, String used) throws IOException {
    compiled(name, builder -> builder.withField("field", type(used), 0));
  }

  private void compiled(String name, Consumer<ClassBuilder> body) throws IOException {
    byte[] bytes = ClassFile.of().build(type(name), body);
    String path = "target/classes/io/containerpatterns/" + name.replace('.', '/') + ".class";
    Path file = module.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, bytes);
  }

  private static ClassDesc type(String name) {
    return ClassDesc.of("io.containerpatterns." + name);
  }

  private void readme(String settings, String metrics) throws IOException {
    String text =
        """
        # toy-bear
        ## Contract
        ## Quick start
        ## Settings
        <!-- settings -->
        %s<!-- /settings -->
        ## API
        ## Volumes and files
        ## Signals and exit codes
        ## Metrics
        <!-- metrics -->

        %s
        <!-- /metrics -->
        ## Recipes
        ## What it does not do
        ## Figures
        """;
    Files.writeString(module.resolve("README.md"), text.formatted(settings, metrics));
  }

  private String settings() {
    return SettingsHelp.markdown(Container.declarations(image));
  }

  private String metrics() {
    return MetricsHelp.markdown(Container.declaredMetrics(image));
  }
}
