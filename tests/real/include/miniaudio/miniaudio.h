// Ollama's module lacks the headers that it keeps in a folder named vendor: a Go module never has one. What
// its runner uses of them for sounds decodes nothing here; texts need none of it.
#pragma once

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

typedef int ma_result;
typedef unsigned long long ma_uint64;
struct ma_decoder_config {};
struct ma_decoder {};
enum { MA_SUCCESS = 0, MA_NOT_IMPLEMENTED = -29 };
enum { ma_format_f32 = 5 };

static inline ma_decoder_config ma_decoder_config_init(int, int, int) { return {}; }
static inline ma_result ma_decoder_init_memory(const void*, unsigned long, const ma_decoder_config*,
                                               ma_decoder*) {
  return MA_NOT_IMPLEMENTED;
}
static inline ma_result ma_decoder_get_length_in_pcm_frames(ma_decoder*, ma_uint64*) {
  return MA_NOT_IMPLEMENTED;
}
static inline ma_result ma_decoder_read_pcm_frames(ma_decoder*, void*, ma_uint64, ma_uint64*) {
  return MA_NOT_IMPLEMENTED;
}
static inline void ma_decoder_uninit(ma_decoder*) {}
