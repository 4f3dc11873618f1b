/**
 * What is freed is given back. glibc gives each thread of a server a heap of its own and keeps what was freed there (M_ARENA_MAX,
 * https://man7.org/linux/man-pages/man3/mallopt.3.html); tcmalloc, which Debian's MySQL is built with, keeps it, too
 * (https://gperftools.github.io/gperftools/tcmalloc.html). A server of many connections would seem to leak: with this, memory
 * that has grown is memory that is held.
 */
export const givingBack = { MALLOC_ARENA_MAX: '1', TCMALLOC_AGGRESSIVE_DECOMMIT: 'true' } as const;
