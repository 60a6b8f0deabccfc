package io.containerpatterns.elector.application;

import java.net.URI;
import java.util.Optional;

/** Whom to tell that leadership begins and ends; {@code gate} waits for the first to agree. */
public record Hook(Optional<URI> acquired, Optional<URI> lost, boolean gate) {}
