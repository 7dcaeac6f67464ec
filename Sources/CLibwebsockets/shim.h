// What Swift's importer cannot take from <libwebsockets.h> by itself: macros that compute, option masks
// made of casts, a member of a libuv type, and <sys/epoll.h>, which Swift's Glibc module leaves out.
// Nothing here decides anything.
#ifndef CLIBWEBSOCKETS_SHIM_H
#define CLIBWEBSOCKETS_SHIM_H

#include <libwebsockets.h>
#include <sys/epoll.h>
#include <uv.h>

// Bytes that must be writable in front of every buffer given to lws_write() (a computing macro).
static const int clws_prefix_bytes = LWS_PRE;

// Masks whose macros combine several bits or cast.
static const uint64_t clws_option_tls_global_init = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;

// TLS 1.2 is the oldest version spoken (RFC 8996 retires 1.0 and 1.1); no renegotiation, no compression, the server chooses the
// cipher, and no session tickets: the key that seals them would live as long as the process, and undo forward secrecy.
static const long clws_tls_modern_options = (long)(SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                                                   SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);

// A timer of libwebsockets together with the value its callback needs: the library hands the callback only
// the address of the list element, so the owner has to live right behind it.
typedef struct clws_timer {
  lws_sorted_usec_list_t element;  // first, so that both addresses are equal
  void *owner;
} clws_timer;

static inline void *clws_timer_owner(lws_sorted_usec_list_t *element) {
  return ((clws_timer *)element)->owner;
}

// signal_cb receives a uv_signal_t; libwebsockets keeps its context in the handle's data member.
static inline struct lws_context *clws_context_of_signal(void *uv_signal) {
  return (struct lws_context *)((uv_handle_t *)uv_signal)->data;
}

#endif
