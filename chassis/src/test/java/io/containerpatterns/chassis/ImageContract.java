package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.metrics.MetricsHelp;
import io.containerpatterns.chassis.settings.SettingsHelp;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds for every image and no compiler sees. Each image extends it in three lines:
 *
 * <pre>
 *   final class ElectorContractTest extends ImageContract {
 *     ElectorContractTest() { super(Main.IMAGE); }
 *   }
 * </pre>
 *
 * The README's tables stand between markers and are copied from what a failure prints, or from
 * {@code --describe-settings} and {@code --describe-metrics}.
 */
public abstract class ImageContract {
  private static final List<String> HEADINGS =
      List.of(
          "## Contract",
          "## Quick start",
          "## Settings",
          "## API",
          "## Volumes and files",
          "## Signals and exit codes",
          "## Metrics",
          "## Recipes",
          "## What it does not do",
          "## Figures");

  private final Image<?> image;
  private final Path module;

  /** For the image whose module is the working folder, as Maven runs tests. */
  protected ImageContract(Image<?> image) {
    this(image, Path.of(""));
  }

  ImageContract(Image<?> image, Path module) {
    this.image = image;
    this.module = module;
  }

  @Test
  void nothingInTheRootPackageIsPublic() throws Exception {
    Path folder = classes().resolve(home().replace('.', '/'));

    assertThat(publicTypes(folder, home())).as("public top-level types of %s", home()).isEmpty();
  }

  @Test
  void theSubPackagesFormNoCycleAndNoneKnowsTheRoot() throws IOException {
    PackageGraph graph = PackageGraph.of(classes(), home());

    assertThat(graph.usersOf(home())).as("packages that refer to %s", home()).isEmpty();
    assertThat(graph.cycle()).as("a cycle of packages").isEmpty();
  }

  private String home() {
    return "io.containerpatterns." + image.noun();
  }

  private Path classes() {
    return module.resolve("target/classes");
  }

  static List<String> publicTypes(Path folder, String home) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name ->
              name.endsWith(".class") && !name.contains("$") && !name.startsWith("package-info"))
          .map(name -> home + "." + name.substring(0, name.length() - ".class".length()))
          .filter(ImageContract::isPublic)
          .sorted()
          .toList();
    }
  }

  private static boolean isPublic(String type) {
    try {
      var loader = Thread.currentThread().getContextClassLoader();
      return Modifier.isPublic(Class.forName(type, false, loader).getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theReadmeHasTheHeadingsOfEveryImageInOrder() throws IOException {
    List<String> found = readme().lines().filter(HEADINGS::contains).toList();

    assertThat(found).isEqualTo(HEADINGS);
  }

  @Test
  void theSettingsTableIsTheGeneratedOne() throws IOException {
    assertThat(between("settings")).isEqualTo(SettingsHelp.markdown(Container.declarations(image)));
  }

  @Test
  void theMetricsTableIsTheGeneratedOne() throws IOException {
    assertThat(between("metrics"))
        .isEqualTo(MetricsHelp.markdown(Container.declaredMetrics(image)));
  }

  @Test
  void everyMetricBeginsWithTheNounAndSaysWhatItMeans() {
    assertThat(Container.declaredMetrics(image).described())
        .allSatisfy(metric -> {
          assertThat(metric.name()).startsWith(image.noun() + "_");
          assertThat(metric.description()).as(metric.name()).isNotBlank();
        })
        .extracting(Metrics.Described::name)
        .contains(
            image.noun() + "_in_total",
            image.noun() + "_out_total",
            image.noun() + "_failed_total",
            image.noun() + "_dropped_total",
            image.noun() + "_held");
  }

  private String readme() throws IOException {
    return Files.readString(module.resolve("README.md"));
  }

  /** The lines between {@code <!-- name -->} and {@code <!-- /name -->}. */
  private String between(String name) throws IOException {
    String text = readme();
    String open = "<!-- " + name + " -->\n";
    int begin = text.indexOf(open);
    int end = text.indexOf("<!-- /" + name + " -->");
    assertThat(begin >= 0 && end > begin).as("README.md has the markers of %s", name).isTrue();
    // Blank lines around the table are the formatter's business.
    return text.substring(begin + open.length(), end).strip() + "\n";
  }
}
