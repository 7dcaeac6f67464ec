#define _GNU_SOURCE
#include "CProcessLimits.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>

int farwindow_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL); }

int farwindow_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL); }

int farwindow_leave_network(void) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) return 0;
    return unshare(CLONE_NEWNET);
}

int farwindow_spawn_closing_from(void *actions, int first) { return posix_spawn_file_actions_addclosefrom_np(actions, first); }

int farwindow_spawn_in_folder(void *actions, const char *path) { return posix_spawn_file_actions_addchdir_np(actions, path); }
