package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;

/** How the text of an event may be built. Confined to one thread. */
sealed interface Form permits PlainForm, JsonForm, LogfmtForm, CriForm, SyslogForm, RegexForm {
  /** Whether {@code event} is built so and was told what it says; otherwise it is as it was. */
  boolean read(Event event);
}
