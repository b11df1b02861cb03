#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends a fuzz target when a property of the code under test does not hold.
#define CCP_REQUIRE(condition)                                             \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)
