// What the translation costs: a real Claude Code request up to the provider's JSON, and one chunk of a
// stream.

#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "anthropic/events.h"
#include "anthropic/messages.h"
#include "openai/chat.h"
#include "openai/chunk.h"
#include "sse/parser.h"
#include "tokens/count.h"
#include "translate/request.h"
#include "translate/stream.h"
#include "translate/tokens.h"

namespace {

using namespace ccp;

/// The body of a recorded request.
std::string body_of(const char* name) {
  std::ifstream file(std::string(CCP_SOURCE_DIR "/tests/fixtures/claude-code/") + name + ".json");
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::string body;
  json::Reader reader;
  const auto read = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      const auto slice = value.slice();
      if (!slice) return std::unexpected(slice.error());
      if (key == "body") body = *slice;
      return {};
    });
  });
  if (!read || body.empty()) std::abort();
  return body;
}

void request(benchmark::State& state, const char* name) {
  const std::string original = body_of(name);
  json::Reader reader;
  for (auto _ : state) {
    std::string body = original;
    std::string out;
    const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
    if (!parsed) return state.SkipWithError(parsed.error().message.c_str());
    const auto translated = translate::request(*parsed, "gpt-4o", {}, {});
    if (!translated) return state.SkipWithError(translated.error().message.c_str());
    out.reserve(body.size() + body.size() / 8);
    openai::write(translated->chat, out);
    benchmark::DoNotOptimize(out);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * original.size()));
}
BENCHMARK_CAPTURE(request, sonnet, "sonnet-effort-max");
BENCHMARK_CAPTURE(request, tool_loop, "tool-loop-five-turns");

void estimate(benchmark::State& state) {
  std::string body = body_of("sonnet-effort-max");
  json::Reader reader;
  const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  if (!parsed) return state.SkipWithError(parsed.error().message.c_str());
  for (auto _ : state) benchmark::DoNotOptimize(translate::estimate_tokens(*parsed));
}
BENCHMARK(estimate);

/// 200 KB of text, each time on a thread that has counted nothing before.
void count_tokens_cold(benchmark::State& state, const char* folder, const char* ending) {
  std::string text;
  for (const auto& file : std::filesystem::directory_iterator(std::string(CCP_SOURCE_DIR) + folder)) {
    if (!file.path().string().ends_with(ending)) continue;
    std::ifstream in(file.path());
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  while (text.size() < 200'000) text += text;
  text.resize(200'000);
  tokens::load();
  for (auto _ : state) {
    std::thread([&] {
      const auto start = std::chrono::steady_clock::now();
      benchmark::DoNotOptimize(tokens::count(text));
      state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }).join();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK_CAPTURE(count_tokens_cold, code, "/src/translate", ".cc")->UseManualTime();
BENCHMARK_CAPTURE(count_tokens_cold, prose, "/docs/providers", ".md")->UseManualTime();
BENCHMARK_CAPTURE(count_tokens_cold, request, "/tests/fixtures/claude-code", ".json")->UseManualTime();

/// From the provider's bytes to the client's: one chunk of text, as OpenAI sends it.
void text_chunk(benchmark::State& state) {
  constexpr std::string_view chunk =
      R"(data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-2024-08-06",)"
      R"("system_fingerprint":"fp_0","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],)"
      R"("usage":null})"
      "\n\n";
  std::string out;
  std::string text;
  anthropic::StreamWriter writer(out);
  translate::Stream stream({.message_id = "msg_1", .model = "m", .input_tokens = 1}, writer);
  sse::Parser parser;
  json::Reader reader;
  for (auto _ : state) {
    out.clear();
    const auto fed = parser.feed(chunk, [&](sse::Event event) -> Result<void> {
      text.assign(event.data);
      const auto parsed = openai::parse_chunk(reader, text);
      if (!parsed) return std::unexpected(parsed.error());
      stream.feed(*parsed);
      return {};
    });
    if (!fed || out.empty()) return state.SkipWithError("no event");
  }
}
BENCHMARK(text_chunk);

}  // namespace
