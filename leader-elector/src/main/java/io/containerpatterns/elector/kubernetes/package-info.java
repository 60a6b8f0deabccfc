/**
 * Leases as objects {@code Lease} of {@code coordination.k8s.io/v1} in one namespace, by plain
 * REST. They are written so that a candidate of client-go understands them, and read whoever wrote
 * them; both may compete for one Lease.
 *
 * <pre>
 *   read, compareAndSet --> KubernetesLeaseStore --> Lanes --> ApiCalls --> GET, POST, PUT   .../leases/orders
 *                              |   '--> LeaseObject    the record in the object      with ServiceToken
 *   watch ------------------>  '--> LeaseWatches --> LeaseWatch --> GET ?watch=1     hints
 *   KubernetesPlace --> Cluster                        where, who we are, whom to trust
 *   PodLabels --> ApiCalls --> PATCH .../pods/orders-0 for traffic; never in the way of an election
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.kubernetes.KubernetesLeaseStore}, what is asked of
 * the server and what an answer means; {@code LeaseObject}, the record and its compatibility;
 * {@code Lanes}, who comes first where the server is slow; {@code LeaseWatches} and {@code
 * LeaseWatch}; {@code ApiCalls}, {@code ServiceToken}, {@code KubernetesFailure}; {@link
 * io.containerpatterns.elector.kubernetes.KubernetesPlace} and {@code Cluster}; {@link
 * io.containerpatterns.elector.kubernetes.PodLabels}.
 *
 * <p>Not guaranteed: tokens that grow over the restore of an older backup of the cluster, and
 * exclusion from somebody who deletes or edits the Lease while it is held.
 */
@NullMarked
package io.containerpatterns.elector.kubernetes;

import org.jspecify.annotations.NullMarked;
