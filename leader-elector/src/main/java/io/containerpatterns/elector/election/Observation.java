package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.Stored;

/** The newest record that we have seen, and when we first saw it at that version. */
record Observation(Stored stored, Moment seen) {}
