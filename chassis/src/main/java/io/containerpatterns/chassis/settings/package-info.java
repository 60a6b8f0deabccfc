/**
 * Settings declared where they are read, and told from the same declarations.
 *
 * <pre>
 *   environment --.
 *   ConfigFile ---+--> Ledger <-- Setting <-- Settings <-- XConfig.read(Settings)
 *   default ------'      |
 *                        +--> values with Origin, Problems, names nobody read
 *                        '--> Declarations --> SettingsHelp (help, README)
 * </pre>
 *
 * Read in this order: Settings, Setting, Condition, Kind, Parser, Ledger; ConfigFile, YamlReader,
 * KubernetesNames, NearestName; Declaration, Origin, SettingValue, SettingsHelp; Problem,
 * InvalidSettings; the values Durations, DataSize, HostPort, NameRange, Secret; WritableFolder;
 * ProcessConfig and ManagementConfig, which every image shares.
 */
@NullMarked
package io.containerpatterns.chassis.settings;

import org.jspecify.annotations.NullMarked;
