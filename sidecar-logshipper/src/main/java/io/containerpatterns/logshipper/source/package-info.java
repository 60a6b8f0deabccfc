/**
 * The log files of the application: found, opened, kept open, told apart.
 *
 * <pre>
 *   PathPatterns -> Discovery (which files there are) -> LogFiles (which of them we know) -> LogFile (one content)
 *                      ^                                   |          |
 *                  FolderWatch (a new name)           Remembered    Copies (of a file that may be
 *                                                (of earlier lives)  truncated in a moment)
 *
 *   Archives -> Survey ---> Unpacker     of a compressed file: what is in it, before LogFiles says who it is
 *   Unpacking ----------------^          reads it then, for one output
 * </pre>
 *
 * A file is opened as soon as it is seen, however late it will be read: what is open stays readable
 * when the application renames or deletes it.
 */
@NullMarked
package io.containerpatterns.logshipper.source;

import org.jspecify.annotations.NullMarked;
