package io.containerpatterns.elector;

import io.containerpatterns.chassis.ImageContract;

final class ElectorImageTest extends ImageContract {
  ElectorImageTest() {
    super(Main.IMAGE);
  }
}
