/* As Floor.java, without a JVM: floor copy|sendfile FOLDER PORT. */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[256 << 10];

static void must(int ok, const char *what) {
  if (!ok) {
    perror(what);
    exit(74);
  }
}

static void copy(int from, int to) {
  for (ssize_t length; (length = read(from, buffer, sizeof buffer)) > 0;) {
    for (ssize_t at = 0; at < length;) {
      ssize_t sent = send(to, buffer + at, length - at, 0);
      must(sent > 0, "send");
      at += sent;
    }
  }
}

static void send_file(int from, int to) {
  ssize_t sent;
  while ((sent = sendfile(to, from, NULL, 1 << 30)) > 0) {
  }
  must(sent == 0, "sendfile");
}

int main(int count, char **args) {
  if (count != 4 || chdir(args[2]) != 0) {
    fprintf(stderr, "floor copy|sendfile FOLDER PORT\n");
    return 64;
  }
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(atoi(args[3]))};
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int to = socket(AF_INET, SOCK_STREAM, 0);
  must(connect(to, (struct sockaddr *)&peer, sizeof peer) == 0, "connect");
  DIR *folder = opendir(".");
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    int from = open(entry->d_name, O_RDONLY);
    must(from >= 0, entry->d_name);
    (strcmp(args[1], "sendfile") == 0 ? send_file : copy)(from, to);
    close(from);
  }
  pause();
}
