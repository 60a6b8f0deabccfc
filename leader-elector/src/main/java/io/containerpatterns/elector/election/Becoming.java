package io.containerpatterns.elector.election;

import java.util.concurrent.CompletionStage;

/**
 * A become call under way.
 *
 * @param answer completes when we lead or the wait is over
 * @param withdrawal takes the call back, when whoever made it has gone; without effect after the
 *     answer
 */
public record Becoming(CompletionStage<Outcome> answer, Runnable withdrawal) {}
