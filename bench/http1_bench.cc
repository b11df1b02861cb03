// The head of a real Claude Code request: our parser against Boost.Beast's, over the same bytes in one run.

#include <benchmark/benchmark.h>

#include <boost/beast/http.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "json/reader.h"
#include "net/http1.h"

namespace {

namespace beast = boost::beast::http;

constexpr const char* fixture = CCP_SOURCE_DIR "/tests/fixtures/claude-code/first-turn-opus.json";

/// The fixture's head as it came over the wire, with the two fields that a recording leaves out.
std::string read_head() {
  std::ifstream file(fixture);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::string line;
  std::string fields = "Host: 127.0.0.1:8082\r\nContent-Length: 86157\r\n";
  const auto add_field = [&](std::string_view name, ccp::json::Value value) -> ccp::Result<void> {
    const auto content = value.string();
    if (!content) return std::unexpected(content.error());
    fields.append(name).append(": ").append(*content).append("\r\n");
    return {};
  };
  ccp::json::Reader reader;
  const auto read = reader.parse(text, [&](ccp::json::Value root) {
    return root.object([&](std::string_view key, ccp::json::Value value) -> ccp::Result<void> {
      if (key == "headers") return value.object(add_field);
      if (key != "path") return value.skip();
      const auto path = value.string();
      if (!path) return std::unexpected(path.error());
      line = "POST " + std::string(*path) + " HTTP/1.1\r\n";
      return {};
    });
  });
  if (!read || line.empty()) {
    std::cerr << "cannot read " << fixture << '\n';
    std::exit(1);
  }
  return line + fields + "\r\n";
}

const std::string& head() {
  static const std::string bytes = read_head();
  return bytes;
}

void report(benchmark::State& state, std::size_t fields) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * head().size()));
  state.counters["fields"] = static_cast<double>(fields);
}

void ours(benchmark::State& state) {
  std::size_t fields = 0;
  for (auto _ : state) {
    std::size_t checked = 0;
    const auto end = ccp::net::find_head_end(head(), checked);
    auto parsed = ccp::net::parse_request_head(std::string_view(head()).substr(0, *end), {});
    benchmark::DoNotOptimize(parsed);
    fields = parsed->fields.size();
  }
  report(state, fields);
}
BENCHMARK(ours);

/// With the copy of the head that the server makes, since its read buffer is borrowed. Beast copies every
/// field too.
void ours_with_copy(benchmark::State& state) {
  std::size_t fields = 0;
  for (auto _ : state) {
    std::size_t checked = 0;
    const auto end = ccp::net::find_head_end(head(), checked);
    const std::string copy = head().substr(0, *end);
    auto parsed = ccp::net::parse_request_head(copy, {});
    benchmark::DoNotOptimize(parsed);
    fields = parsed->fields.size();
  }
  report(state, fields);
}
BENCHMARK(ours_with_copy);

void beast_request_parser(benchmark::State& state) {
  std::size_t fields = 0;
  for (auto _ : state) {
    beast::request_parser<beast::empty_body> parser;
    parser.header_limit(64 << 10);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head()), error);
    benchmark::DoNotOptimize(parser);
    if (error || !parser.is_header_done()) state.SkipWithError("refused");
    fields = static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end()));
  }
  report(state, fields);
}
BENCHMARK(beast_request_parser);

void chunked_decoder(benchmark::State& state) {
  std::string body;
  for (int i = 0; i < 64; ++i) body += "400\r\n" + std::string(1024, 'x') + "\r\n";
  body += "0\r\n\r\n";
  std::string work;
  for (auto _ : state) {
    work = body;
    ccp::net::ChunkedDecoder decoder;
    auto progress = decoder.decode(work.data(), work.size());
    benchmark::DoNotOptimize(progress);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(chunked_decoder);

}  // namespace
