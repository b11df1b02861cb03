#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "anthropic/event_filter.h"
#include "anthropic/events.h"
#include "base/result.h"
#include "http/server.h"
#include "proxy/judge.h"
#include "proxy/keep_awake.h"
#include "proxy/prepare.h"
#include "proxy/record.h"
#include "proxy/shared.h"
#include "translate/stream.h"

namespace ccp::proxy {

/// How the answer to one request reaches its client: as a stream, or as one message. Owns the translation of
/// the answer, and knows when the client has waited too long without an event. Lives in the coroutine of the
/// request.
class Delivery final : public Waiting {
 public:
  /// The client waits no longer than this without an event before it gets a ping.
  static constexpr std::chrono::milliseconds ping_after{10'000};

  Delivery(http::Exchange& exchange, Prepared& prepared, Shared& shared, std::string message_id,
           Record& record, Judge& judge);

  [[nodiscard]] translate::Stream& stream() { return *stream_; }
  [[nodiscard]] const std::string& request_id() const { return record_.request_id; }
  /// Whether the answer may be made in silence: the client or the proxy asked for it whole.
  [[nodiscard]] bool whole() const { return collector_ != nullptr || !prepared_.asks_stream; }

  /// Sends what the translation has made since the last time. For a message that is whole only at the end it
  /// sends nothing yet.
  net::Task<Result<void>> flush();

  /// Set once the answer ended well.
  [[nodiscard]] std::optional<anthropic::StopReason> stop_reason() const { return stream_->stop_reason(); }

  /// Whether the client has content of this answer: from here on no other can take its place.
  [[nodiscard]] bool bound() const;
  /// The error of an answer that failed while it could still be replaced, or null.
  [[nodiscard]] const Error* replaceable_failure() const;
  /// Remembers that a stream broke by `error`: a client asks again without streaming, and then the provider
  /// is to be asked so too.
  void note_broken(const Error& error);
  /// The provider has said something that is an answer: when it did so first is logged.
  void note_word();
  /// Learns from a refusal that the provider told inside its answer, once `stream()` has it.
  void refused_inside(const openai::ErrorBody& said);
  /// The prompt is counted to its end: message_start says so, unless it was sent already.
  void counted() { stream_->set_input_tokens(prepared_.input_tokens()); }
  /// Forgets an answer that was not bound yet: the next one takes its place, behind the message_start and
  /// pings that the client may have had.
  void start_over();

  /// How long the provider may be waited for before `keep_alive` is due.
  [[nodiscard]] std::chrono::milliseconds until_ping() const override;
  /// Sends message_start and pings when they are due; nothing before.
  net::Task<Result<void>> keep_alive() override;

  /// The provider's count of a prompt of which it read only a part; set by `finish`.
  [[nodiscard]] std::optional<std::int64_t> cut_to() const { return cut_to_; }

  /// The last step once `stream()` has ended: sends the rest, or the whole message. An answer that failed
  /// becomes an HTTP error while nothing was sent, else `event: error`.
  net::Task<Result<void>> finish();
  /// Ends with `error`, unless the stream has ended already.
  net::Task<Result<void>> fail(const Error& error);

 private:
  [[nodiscard]] const Error* failure() const;
  [[nodiscard]] anthropic::AboutRequest about() const;
  [[nodiscard]] Error no_verdict() const;
  net::Task<Result<void>> send(std::string_view bytes);
  net::Task<Result<void>> release_ending();
  void remember();
  void calibrate();
  void learn_shown_window();
  void learn_tool_choice();

  http::Exchange& exchange_;
  Prepared& prepared_;
  Shared& shared_;
  std::string message_id_;
  Record& record_;
  Judge& judge_;
  std::string out_;
  std::unique_ptr<anthropic::EventSink> sink_;
  std::unique_ptr<anthropic::HeldEnding> held_;       ///< in front of `sink_` where calls are judged, or null
  std::unique_ptr<anthropic::EventSink> filter_;      ///< in front of both, or null
  anthropic::MessageCollector* collector_ = nullptr;  ///< set when the client asked for no stream
  std::unique_ptr<translate::Stream> stream_;
  std::optional<std::int64_t> cut_to_;
  std::chrono::steady_clock::time_point last_event_ = std::chrono::steady_clock::now();
};

/// Answers with an error envelope, its status, and the headers that steer the client's retries.
net::Task<Result<void>> respond_error(http::Exchange& exchange, const Error& error, Record& record);

}  // namespace ccp::proxy
