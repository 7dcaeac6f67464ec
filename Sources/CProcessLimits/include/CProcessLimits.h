// What Swift's importer cannot take by itself: prctl(2) with its variable argument list, and GNU additions that Swift's Glibc module hides.
// Nothing here decides anything. No system header is included: each belongs to another module already.
#ifndef FARWINDOW_PROCESS_LIMITS_H
#define FARWINDOW_PROCESS_LIMITS_H

// Neither this process nor any that it starts can gain rights by running a set-user-ID program. 0 when done.
int farwindow_forbid_new_privileges(void);

// The kernel kills this process when the thread that started it is gone. 0 when done.
int farwindow_end_with_parent(void);

// Moves this process, which must have one thread only, into a network without any device. 0 when done.
// A user namespace of its own lets an ordinary user do it; where those are forbidden, only root can.
int farwindow_leave_network(void);

// The started program inherits no descriptor from `first` on. `actions` is a posix_spawn_file_actions_t.
int farwindow_spawn_closing_from(void *actions, int first);

// The started program begins in this folder. `actions` is a posix_spawn_file_actions_t.
int farwindow_spawn_in_folder(void *actions, const char *path);

#endif
