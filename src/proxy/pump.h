#pragma once

#include <chrono>

#include "openai/chunk.h"
#include "proxy/delivery.h"
#include "proxy/worker.h"
#include "sse/parser.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// Moves one answer from the provider to the client: waits, reads, translates, sends, and keeps the client
/// awake meanwhile. One read is translated and sent before the next, which is the back-pressure.
class Pump {
 public:
  /// After a finish_reason nothing but usage and [DONE] can come; providers that forget both are not waited
  /// for.
  static constexpr std::chrono::milliseconds after_finish{2'000};

  /// A client that wants its answer whole waits without a word anyway, and the provider may make it whole:
  /// unless REQUEST_TIMEOUT is set, its silence is borne so long.
  static constexpr std::chrono::seconds whole_answer{600};

  /// What a provider may still send behind [DONE], the end of the chunked coding as a rule, is waited for so
  /// long: only a connection that was read to its end can be used again.
  static constexpr std::chrono::milliseconds tail{100};

  Pump(Worker& worker, upstream::Call& call, Delivery& delivery)
      : worker_(worker), call_(call), delivery_(delivery) {}

  /// The head of the answer, or `timeout` after REQUEST_TIMEOUT of silence.
  net::Task<Result<const net::ResponseHead*>> wait_for_head();

  /// Delivers a 2xx answer, a stream or a JSON body, to its ending. An error it returns was not told to the
  /// client yet; while the delivery is not bound, another attempt may take its place.
  net::Task<Result<void>> deliver(const net::ResponseHead& head);

 private:
  /// What the answer begins with, from its first visible character's read on; empty when it ends before.
  /// DeepSeek sends empty lines ahead of a JSON answer while the request is queued: they are dropped.
  net::Task<Result<std::string>> first_bytes();
  net::Task<Result<void>> deliver_events(std::string_view first);
  net::Task<void> read_tail();
  net::Task<Result<void>> deliver_json(std::string_view first);
  /// The next bytes of the body, an empty view at its end, nullopt when the answer is complete enough to end
  /// without them.
  net::Task<Result<std::optional<std::string_view>>> next_bytes();
  /// Translates the events that `bytes` complete; empty bytes are the end of the stream.
  Result<void> translate(std::string_view bytes);
  void feed(openai::Chunk& chunk);
  Result<void> translate_chunk(sse::Event event);
  void tell_words();
  void note(const openai::Unreadable& fields);
  void log_body(std::string_view bytes);
  [[nodiscard]] std::chrono::milliseconds wait_time() const;
  [[nodiscard]] std::chrono::milliseconds silence_left() const;
  [[nodiscard]] std::chrono::seconds silence_limit() const;
  [[nodiscard]] std::unexpected<Error> silent() const;

  Worker& worker_;
  upstream::Call& call_;
  Delivery& delivery_;
  sse::Parser parser_;
  bool done_ = false;  ///< [DONE] was seen
  std::optional<std::chrono::steady_clock::time_point>
      end_;  ///< set by a finish_reason: nothing is waited for beyond it
  std::chrono::steady_clock::time_point last_byte_ = std::chrono::steady_clock::now();
};

}  // namespace ccp::proxy
