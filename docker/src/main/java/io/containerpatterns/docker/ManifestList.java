package io.containerpatterns.docker;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.hash.Digests;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.V22ManifestListTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestListTemplate.ManifestDescriptorTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One name for the images of several architectures: whatever of them the registry already has. */
final class ManifestList {
  private final RegistryClient client;
  private final V22ManifestListTemplate list = new V22ManifestListTemplate();
  private final List<String> architectures = new ArrayList<>();

  private ManifestList(RegistryClient client) {
    this.client = client;
  }

  /** Collects {@code version-architecture} for each architecture, in that order. */
  static ManifestList over(
      ImageReference image,
      Optional<Credential> credential,
      boolean plainHttp,
      Stream<String> architectures,
      String version)
      throws IOException, RegistryException {
    var http = new FailoverHttpClient(plainHttp, false, event -> {});
    var factory =
        RegistryClient.factory(
            EventHandlers.NONE, image.getRegistry(), image.getRepository(), http);
    credential.ifPresent(factory::setCredential);
    var client = factory.newRegistryClient();
    if (!client.doPushBearerAuth() && credential.isPresent()) {
      client.configureBasicAuth();
    }
    var result = new ManifestList(client);
    for (var architecture : architectures.toList()) {
      result.add(architecture, version + "-" + architecture);
    }
    return result;
  }

  List<String> architectures() {
    return architectures;
  }

  void push(String tag) throws IOException, RegistryException {
    client.pushManifest(list, tag);
  }

  private void add(String architecture, String tag) throws IOException, RegistryException {
    if (client.checkManifest(tag).isEmpty()) {
      return;
    }
    var manifest = client.pullManifest(tag, V22ManifestTemplate.class).getManifest();
    var descriptor = new ManifestDescriptorTemplate();
    descriptor.setMediaType(manifest.getManifestMediaType());
    descriptor.setSize(Digests.computeDigest(manifest).getSize());
    descriptor.setDigest(Digests.computeDigest(manifest).getDigest().toString());
    descriptor.setPlatform(architecture, "linux");
    list.addManifest(descriptor);
    architectures.add(architecture);
  }
}
