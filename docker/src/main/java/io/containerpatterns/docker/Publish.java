package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pushes the tested bits, the tars of the build, to a registry.
 *
 * <pre>
 *   leader-elector-image.tar  ->  REGISTRY/containerpatterns/leader-elector:1.2.0-amd64
 *                                                                           :1.2.0   one list over the
 *                                                                           :latest  architectures there
 *   sidecar-logshipper-kafka-image.tar  ->  .../sidecar-logshipper:1.2.0-kafka-amd64, :1.2.0-kafka, :latest-kafka
 * </pre>
 *
 * What an image is called stands in its tar; what follows the version in its tag names a variant.
 *
 * <p>Each architecture is built and pushed on a machine of its own; the last one to push completes
 * the list. Credentials are those of {@code docker login}.
 */
final class Publish {
  private final String registry;
  private final String version;

  private Publish(String registry, String version) {
    this.registry = registry;
    this.version = version;
  }

  /** Takes the registry, the version, and the tars. */
  public static void main(String[] args) throws Exception {
    var publish = new Publish(args[0], args[1]);
    for (var tar : List.of(args).subList(2, args.length)) {
      publish.push(Path.of(tar));
    }
  }

  private void push(Path tar) throws Exception {
    var built = built(tar);
    var name = registry + "/" + built.getRepository();
    var variant = variant(built.getTag().orElse(version));
    var architecture = architecture();
    var target = ImageReference.parse(name + ":" + version + variant + "-" + architecture);
    var credentials = CredentialRetrieverFactory.forImage(target, event -> {}).dockerConfig();
    boolean loopback = isLoopback(target.getRegistry());

    Jib.from(TarImage.at(tar))
        .setPlatforms(Set.of(new Platform(architecture, "linux")))
        .containerize(
            Containerizer.to(RegistryImage.named(target).addCredentialRetriever(credentials))
                .setToolName("container-patterns")
                .setAllowInsecureRegistries(loopback));
    System.out.println(target);

    var list =
        ManifestList.over(
            target,
            credentials.retrieve(),
            loopback,
            Stream.of("amd64", "arm64"),
            version + variant);
    for (var tag : List.of(version + variant, "latest" + variant)) {
      list.push(tag);
      System.out.println(name + ":" + tag + " (" + String.join(", ", list.architectures()) + ")");
    }
  }

  /** What the build called it, such as {@code containerpatterns/sidecar-logshipper:1.2.0-kafka}. */
  private static ImageReference built(Path tar) throws Exception {
    var process =
        new ProcessBuilder("tar", "-xOf", tar.toString(), "manifest.json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var manifest = new ObjectMapper().readTree(process.getInputStream());
    if (process.waitFor() != 0) {
      throw new IllegalArgumentException(tar + ": cannot be read (expected: the tar of an image)");
    }
    return ImageReference.parse(manifest.at("/0/RepoTags/0").asText());
  }

  private String variant(String tag) {
    return tag.startsWith(version) ? tag.substring(version.length()) : "";
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /** A registry on this machine may speak plain HTTP; no other may. */
  private static boolean isLoopback(String registry) throws Exception {
    var host = registry.replaceFirst(":\\d+$", "");
    return InetAddress.getByName(host).isLoopbackAddress();
  }
}
