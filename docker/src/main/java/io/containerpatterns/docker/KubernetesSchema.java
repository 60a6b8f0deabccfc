package io.containerpatterns.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The objects of a manifest, held against the types of a current Kubernetes. It finds a field that
 * no version knows, or of another type; not a value that a server would refuse.
 */
public final class KubernetesSchema {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Stream.<Class<? extends HasMetadata>>of(
              ConfigMap.class,
              DaemonSet.class,
              Deployment.class,
              Lease.class,
              Namespace.class,
              PersistentVolumeClaim.class,
              Pod.class,
              Role.class,
              RoleBinding.class,
              Secret.class,
              Service.class,
              ServiceAccount.class,
              StatefulSet.class)
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> HasMetadata.getApiVersion(type) + " " + HasMetadata.getKind(type),
                  Function.identity()));

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new NoRoomForUnknownFields())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private KubernetesSchema() {}

  /** One line for each object that does not fit, with the place in it; none when all fit. */
  public static List<String> problems(List<JsonNode> objects) {
    var problems = new ArrayList<String>();
    for (JsonNode object : objects) {
      String name = object.path("apiVersion").asText() + " " + object.path("kind").asText();
      Class<? extends HasMetadata> type = KINDS.get(name);
      if (type == null) {
        problems.add(
            "\""
                + name
                + "\" (expected: one of "
                + KINDS.keySet().stream().sorted().toList()
                + ")");
        continue;
      }
      try {
        MAPPER.treeToValue(object, type);
      } catch (JsonProcessingException e) {
        problems.add(name + " " + object.at("/metadata/name").asText() + ": " + e.getMessage());
      }
    }
    return problems;
  }

  /** The models keep what they do not know in a map; without that it is an error. */
  private static final class NoRoomForUnknownFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }
}
