package io.containerpatterns.chassis;

import java.nio.file.Path;

/** The contract of the toy, run by hand: some toys break it on purpose. */
final class ToyContract extends ImageContract {
  ToyContract(Image<?> image, Path module) {
    super(image, module);
  }
}
