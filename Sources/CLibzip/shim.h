// What Swift's importer cannot take from <zip.h> by itself: masks whose macros shift and cast. Nothing here decides anything.
#ifndef CLIBZIP_SHIM_H
#define CLIBZIP_SHIM_H

#include <zip.h>

// The commands that a source which is read once, from front to end, must know.
static const zip_int64_t czip_source_supports_readable = ZIP_SOURCE_SUPPORTS_READABLE;

#endif
