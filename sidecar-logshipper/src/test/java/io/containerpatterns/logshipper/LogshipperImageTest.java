package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.ImageContract;

final class LogshipperImageTest extends ImageContract {
  LogshipperImageTest() {
    super(Main.IMAGE);
  }
}
