// What Swift's importer cannot take by itself: prctl(2) with its variable argument list, and GNU additions that Swift's Glibc module hides.
// Nothing here decides anything.
#ifndef FARWINDOW_PROCESS_LIMITS_H
#define FARWINDOW_PROCESS_LIMITS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>

// Neither this process nor any that it starts can gain rights by running a set-user-ID program. 0 when done.
static inline int farwindow_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL); }

// The kernel kills this process when the thread that started it is gone. 0 when done.
static inline int farwindow_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL); }

// Moves this process, which must have one thread only, into a network without any device. 0 when done.
// A user namespace of its own lets an ordinary user do it; where those are forbidden, only root can.
static inline int farwindow_leave_network(void) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) return 0;
    return unshare(CLONE_NEWNET);
}

// The started program inherits no descriptor from `first` on.
static inline int farwindow_spawn_closing_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

// The started program begins in this folder.
static inline int farwindow_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

#endif
