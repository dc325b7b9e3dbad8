/* say.h: messages to standard error, one line each, with the program's name in front. */
#ifndef SAY_H
#define SAY_H

/* printf arguments. Octets outside printable ASCII, as names of files may have, become "?". */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
