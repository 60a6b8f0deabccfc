package io.containerpatterns.docker;

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
 * </pre>
 *
 * Each architecture is built and pushed on a machine of its own; the last one to push completes the
 * list. Credentials are those of {@code docker login}.
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
    var module = tar.getFileName().toString().replaceFirst("-image\\.tar$", "");
    var name = registry + "/containerpatterns/" + module;
    var architecture = architecture();
    var target = ImageReference.parse(name + ":" + version + "-" + architecture);
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
            target, credentials.retrieve(), loopback, Stream.of("amd64", "arm64"), version);
    for (var tag : List.of(version, "latest")) {
      list.push(tag);
      System.out.println(name + ":" + tag + " (" + String.join(", ", list.architectures()) + ")");
    }
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
